// Stands where something is still being asked for.
import { commonMessages } from '../messages/words.ts';
import styles from './skeleton.module.css';
import { VisuallyHidden } from './visually-hidden.tsx';

interface SkeletonProps {
  readonly lines?: number;
}

export function Skeleton({ lines = 3 }: SkeletonProps) {
  return (
    <div role="status">
      <VisuallyHidden>{commonMessages.loading}</VisuallyHidden>
      <div className={styles['skeleton']} aria-hidden>
        {Array.from({ length: lines }, (_, line) => (
          <div key={line} className={styles['line']} />
        ))}
      </div>
    </div>
  );
}
