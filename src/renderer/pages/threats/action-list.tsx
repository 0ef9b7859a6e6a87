// What can be done about one finding, each with what it will do.
import { useClient } from '../../client/client-context.ts';
import type { Finding } from '../../../shared/finding.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { threatTexts } from '../../messages/threats.ts';
import { actionItems } from './action-items.ts';
import styles from './threats.module.css';
import type { FindingActs } from './use-finding-acts.tsx';

interface ActionListProps {
  readonly finding: Finding;
  readonly acts: FindingActs;
}

export function ActionList({ finding, acts }: ActionListProps) {
  const items = actionItems(finding, acts, useClient().kind === 'desktop');
  if (items.length === 0) return null;
  const hasDecision = finding.state === 'open';
  return (
    <Card title={threatTexts.actions.title}>
      <ul className={styles['actionList']}>
        {items.map(({ key, label, text, icon, run }, index) => (
          <li key={key} className={styles['actionRow']}>
            <Button
              tone={hasDecision && index === 0 ? 'primary' : 'plain'}
              icon={icon}
              onClick={run}
              disabled={acts.isBusy}
              aria-describedby={`action-${key}`}
              className={styles['actionButton']}
            >
              {label}
            </Button>
            <span id={`action-${key}`} className={styles['soft']}>
              {text}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
