// Instead of all pages: this browser has no session, and how to get one.
import { CopyButton } from '../components/copy-button.tsx';
import { frameMessages } from '../messages/frame.ts';
import { BrandMark } from './brand-mark.tsx';
import styles from './not-admitted.module.css';

export function NotAdmitted() {
  return (
    <main className={styles['page']}>
      <title>{frameMessages.product}</title>
      <div className={styles['box']}>
        <BrandMark size={40} />
        <h1>{frameMessages.notAdmittedTitle}</h1>
        <p className={styles['text']}>{frameMessages.notAdmittedText}</p>
        <div className={styles['command']}>
          <code>{frameMessages.notAdmittedCommand}</code>
          <CopyButton text={frameMessages.notAdmittedCommand} />
        </div>
      </div>
    </main>
  );
}
