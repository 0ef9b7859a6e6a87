// What Vedette does and does not do, in three lines.
import { Eye, Hand, Scale } from 'lucide-react';
import { guideMessages } from '../../messages/guide.ts';
import styles from './welcome-step.module.css';

const icons = [Eye, Hand, Scale] as const;

export function WelcomeStep() {
  const { does, local } = guideMessages.welcome;
  return (
    <>
      <ul className={styles['lines']}>
        {does.map(({ label, text }, index) => {
          const Icon = icons[index] ?? Eye;
          return (
            <li key={label} className={styles['line']}>
              <span className={styles['mark']}>
                <Icon size={20} strokeWidth={1.75} aria-hidden />
              </span>
              <div>
                <h2>{label}</h2>
                <p className={styles['soft']}>{text}</p>
              </div>
            </li>
          );
        })}
      </ul>
      <p className={styles['soft']}>{local}</p>
    </>
  );
}
