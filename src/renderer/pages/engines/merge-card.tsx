// One calm explanation of how the answers of several engines become one verdict.
import { Card } from '../../components/card.tsx';
import { engineMessages } from '../../messages/engines.ts';
import styles from './merge-card.module.css';

interface MergeCardProps {
  readonly generation: string;
}

export function MergeCard({ generation }: MergeCardProps) {
  const { merge } = engineMessages;
  return (
    <Card title={merge.title}>
      <p className={styles['soft']}>{merge.intro}</p>
      <dl className={styles['cases']}>
        {merge.cases.map(({ label, text }) => (
          <div key={label} className={styles['case']}>
            <dt>{label}</dt>
            <dd className={styles['soft']}>{text}</dd>
          </div>
        ))}
      </dl>
      <p className={styles['generation']}>
        {merge.generation} <code>{generation}</code>. {merge.generationText}
      </p>
    </Card>
  );
}
