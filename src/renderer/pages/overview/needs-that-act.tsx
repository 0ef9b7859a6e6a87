// Things that need somebody and can be settled at once, with a button of their own.
import { Archive, RefreshCw } from 'lucide-react';
import type { Finding } from '../../../shared/finding.ts';
import { useClient, useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { pathParts } from '../../format/paths.ts';
import { overviewMessages } from '../../messages/overview.ts';
import { severityWords } from '../../messages/words.ts';
import { namesOf } from '../threats/finding-view.ts';
import type { FindingActs } from '../threats/use-finding-acts.tsx';
import { NeedFrame } from './need-frame.tsx';
import styles from './needs.module.css';

const { needs: words } = overviewMessages;

interface FindingNeedProps {
  readonly finding: Finding;
  readonly acts: FindingActs;
}

export function FindingNeed({ finding, acts }: FindingNeedProps) {
  const { name } = pathParts(finding.path, usePlatform());
  return (
    <NeedFrame
      tone={severityWords[finding.severity].tone}
      title={<PathText path={finding.path} twoLines isTabStop />}
      actions={
        <>
          <Button
            tone="primary"
            icon={Archive}
            disabled={acts.isBusy}
            aria-label={`${words.quarantine}: ${name}`}
            onClick={() => acts.quarantine([finding])}
          >
            {words.quarantine}
          </Button>
          <Button
            disabled={acts.isBusy}
            aria-label={`${words.allow} ${name}`}
            onClick={() => acts.allow([finding])}
          >
            {words.allow}
          </Button>
          <LinkButton tone="quiet" href={hashOf('threats', finding.id)} aria-label={words.showName(name)}>
            {words.show}
          </LinkButton>
        </>
      }
    >
      <p className={styles['facts']}>
        {severityWords[finding.severity].word} · <TimeText at={finding.found_at} />
      </p>
      <p className={styles['names']}>{namesOf(finding).join(', ')}</p>
    </NeedFrame>
  );
}

export function BrakeNeed({ reason }: { readonly reason: string }) {
  const client = useClient();
  const { act, isBusy } = useAct();
  function release(): void {
    void act(() => client.call('brake.release', {}), { done: () => words.brakeReleased });
  }
  return (
    <NeedFrame
      title={words.brakeTitle}
      actions={
        <>
          <LinkButton href={hashOf('threats')}>{words.brakeLook}</LinkButton>
          <Button busy={isBusy} onClick={release}>
            {words.brakeRelease}
          </Button>
        </>
      }
    >
      {reason === '' ? null : <p>{reason}</p>}
      <p>{words.brakeQuestion}</p>
    </NeedFrame>
  );
}

export function OffNeed() {
  const client = useClient();
  const { act, isBusy } = useAct();
  const changes = [{ name: 'watch.enabled', value: true }];
  function turnOn(): void {
    void act(() => client.call('settings.save', { changes }), { done: () => words.turnedOn });
  }
  return (
    <NeedFrame
      title={words.off}
      actions={
        <Button tone="primary" busy={isBusy} onClick={turnOn}>
          {words.turnOn}
        </Button>
      }
    >
      <p>{words.offText}</p>
    </NeedFrame>
  );
}

export function SignaturesNeed({ title }: { readonly title: string }) {
  const client = useClient();
  const updates = useSlice('updates');
  const { act, isBusy } = useAct();
  function update(): void {
    void act(() => client.call('signatures.update', {}), {
      done: ({ started, text }) => ({ text, tone: started ? 'ok' : 'attention' }),
    });
  }
  return (
    <NeedFrame
      title={title}
      actions={
        <Button
          icon={RefreshCw}
          busy={isBusy || updates?.state === 'running'}
          disabledReason={updates?.state === 'unavailable' ? updates.text : ''}
          onClick={update}
        >
          {words.update}
        </Button>
      }
    >
      <p>{words.signaturesText}</p>
    </NeedFrame>
  );
}

export function PutOffNeed({ count }: { readonly count: number }) {
  const client = useClient();
  const { act, isBusy } = useAct();
  function sweep(): void {
    void act(() => client.call('sweep.start', {}), {
      done: ({ started }) => (started ? words.sweepStarted : words.sweepRunning),
    });
  }
  return (
    <NeedFrame
      title={words.putOffTitle(count)}
      actions={
        <Button busy={isBusy} onClick={sweep}>
          {words.sweepNow}
        </Button>
      }
    >
      <p>{words.putOffText}</p>
    </NeedFrame>
  );
}
