// Engines: who looks at files, how fresh what they know is, and what to do when one does not look.
import { useCall } from '../../client/client-context.ts';
import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { engineMessages } from '../../messages/engines.ts';
import { ClamavCard } from './clamav-card.tsx';
import { enginesHeadline } from './engine-view.ts';
import styles from './engines-page.module.css';
import { HashCard } from './hash-card.tsx';
import { MergeCard } from './merge-card.tsx';
import { YaraCard } from './yara-card.tsx';

export function EnginesPage() {
  const {
    value: shown,
    error,
    reload,
  } = useCall('engines.show', {}, { refreshOn: ['engines', 'updates', 'settings'] });
  return (
    <>
      <PageHeader
        title={engineMessages.title}
        description={shown === null ? undefined : enginesHeadline(shown.engines)}
      />
      {error !== null && shown === null ? <ErrorState error={error} onRetry={reload} /> : null}
      {error === null && shown === null ? <LoadingCards /> : null}
      {shown === null ? null : (
        <div className={styles['columns']}>
          <ClamavCard shown={shown} />
          <YaraCard shown={shown} />
          <div className={styles['wide']}>
            <HashCard shown={shown} />
          </div>
          <div className={styles['wide']}>
            <MergeCard generation={shown.signatures.generation} />
          </div>
        </div>
      )}
    </>
  );
}

function LoadingCards() {
  return (
    <div className={styles['columns']}>
      <Card>
        <Skeleton lines={6} />
      </Card>
      <Card>
        <Skeleton lines={6} />
      </Card>
    </div>
  );
}
