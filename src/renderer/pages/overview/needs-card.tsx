// What needs somebody; an empty list says so in as many words.
import { CircleCheck } from 'lucide-react';
import type { Ref } from 'react';
import { Card } from '../../components/card.tsx';
import { useFindingActs } from '../threats/use-finding-acts.tsx';
import { overviewMessages } from '../../messages/overview.ts';
import { NeedRow } from './need-row.tsx';
import type { Need } from './needs.ts';
import styles from './needs.module.css';

interface NeedsCardProps {
  readonly needs: readonly Need[];
  readonly ref: Ref<HTMLDivElement>;
}

const { needs: words } = overviewMessages;

export function NeedsCard({ needs, ref }: NeedsCardProps) {
  // The slice of the findings says what became of them.
  const acts = useFindingActs(nothing);
  return (
    <div ref={ref} tabIndex={-1} className={styles['place']}>
      <Card title={words.title} flush={needs.length > 0}>
        {needs.length === 0 ? (
          <div className={styles['none']}>
            <CircleCheck size={20} aria-hidden className={styles['noneIcon']} />
            <div>
              <p className={styles['noneTitle']}>{words.none}</p>
              <p className={styles['soft']}>{words.noneText}</p>
            </div>
          </div>
        ) : (
          <ul>
            {needs.map((need) => (
              <li key={need.key} className={styles['need']}>
                <NeedRow need={need} acts={acts} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {acts.dialogs}
    </div>
  );
}

function nothing(): void {}
