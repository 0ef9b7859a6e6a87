// ClamAV: whose clamd it is, how old its signatures are, and fetching new ones.
import { RefreshCw } from 'lucide-react';
import type { AppState } from '../../../shared/app-state.ts';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { useClient, useSlice } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { formatCount } from '../../format/numbers.ts';
import { engineMessages } from '../../messages/engines.ts';
import { AgeMeter } from './age-meter.tsx';
import styles from './clamav-card.module.css';
import { EngineCard, type Fact } from './engine-card.tsx';
import { clamavVersionText, engineView, listenText } from './engine-view.ts';

interface ClamavCardProps {
  readonly shown: EnginesDocument;
}

export function ClamavCard({ shown }: ClamavCardProps) {
  const view = engineView('clamav', shown.engines, shown.clamd.install_command);
  const report = shown.engines.find(({ name }) => name === 'clamav');
  const { facts } = engineMessages;
  const isThere = report !== undefined && report.state !== 'unavailable';
  const shownFacts: readonly Fact[] = isThere
    ? [
        { label: facts.version, value: clamavVersionText(report.version) },
        { label: facts.signatures, value: formatCount(report.signatures) },
        { label: facts.runs, value: listenText(shown.clamd) },
      ]
    : [];
  return (
    <EngineCard view={view} facts={shownFacts} help={<InstallLink />}>
      {isThere ? <Freshness signatures={shown.signatures} /> : null}
    </EngineCard>
  );
}

/** The browser is opened by main, which knows the address. */
export function InstallLink() {
  const client = useClient();
  const { act } = useAct();
  if (client.kind === 'service') return <p className={styles['soft']}>{engineMessages.install.browse}</p>;
  function open(): void {
    void act(() => client.call('desktop.open-link', { link: 'clamav-install' }));
  }

  return (
    <div>
      <Button onClick={open}>{engineMessages.install.more}</Button>
    </div>
  );
}

function Freshness({ signatures }: Pick<EnginesDocument, 'signatures'>) {
  const client = useClient();
  const updates = useSlice('updates');
  const isDemo = useSlice('app')?.is_demo ?? false;
  const { act, isBusy } = useAct();
  const { updates: words } = engineMessages;
  const state = updates?.state ?? 'idle';

  function update(): void {
    void act(() => client.call('signatures.update', {}), {
      done: ({ started, text }) => ({ text, tone: started ? 'ok' : 'attention' }),
    });
  }

  return (
    <section className={styles['freshness']}>
      <AgeMeter signatures={signatures} />
      {isDemo ? <p className={styles['soft']}>{engineMessages.demo}</p> : null}
      {state === 'running' ? <ProgressBar value={null} label={words.running} /> : null}
      <div className={styles['course']}>
        <Button
          icon={RefreshCw}
          onClick={update}
          busy={isBusy || state === 'running'}
          disabledReason={state === 'unavailable' ? (updates?.text ?? '') : ''}
        >
          {state === 'running' ? words.running : words.now}
        </Button>
        <div className={styles['times']} aria-live="polite">
          {updates === null || updates.text === '' ? null : <p>{updates.text}</p>}
          {updates === null ? null : <UpdateTimes updates={updates} />}
        </div>
      </div>
    </section>
  );
}

function UpdateTimes({
  updates: { state, last_at: last, next_at: next },
}: {
  readonly updates: AppState['updates'];
}) {
  const { updates: words } = engineMessages;
  // Where there can be none, the reason stands above.
  if (state === 'unavailable' && last === null) return null;
  return (
    <p className={styles['soft']}>
      {last === null ? (
        words.none
      ) : (
        <>
          {words.last} <TimeText at={last} />
        </>
      )}
      {next === null ? null : (
        <>
          {' · '}
          {words.next} <TimeText at={next} />
        </>
      )}
    </p>
  );
}
