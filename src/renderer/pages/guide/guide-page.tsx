// The first-run guide: four steps that can be left at any time; each is an address, so back and forward work.
import { useEffect, useRef, useState } from 'react';
import { useClient } from '../../client/client-context.ts';
import { hashOf, navigate, useRoute } from '../../client/route.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { guideMessages } from '../../messages/guide.ts';
import { SelfTest } from '../settings/self-test.tsx';
import { EnginesStep } from './engines-step.tsx';
import { FoldersStep } from './folders-step.tsx';
import { GuideProgress } from './guide-progress.tsx';
import styles from './guide-page.module.css';
import { stepAfter, stepBefore, stepOf, type GuideStep } from './guide-steps.ts';
import { WelcomeStep } from './welcome-step.tsx';

export function GuidePage() {
  const client = useClient();
  const { show } = useToasts();
  const { act, isBusy } = useAct();
  const [isTested, setIsTested] = useState(false);
  const step = stepOf(useRoute().detail);
  const guideRef = useRef<HTMLDivElement>(null);
  const shownStep = useRef(step);
  const before = stepBefore(step);
  const after = stepAfter(step);

  // A new title takes the focus, so that the step is read from its beginning.
  useEffect(() => {
    if (shownStep.current === step) return;
    shownStep.current = step;
    window.scrollTo(0, 0);
    guideRef.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, [step]);

  async function end(isLeft: boolean): Promise<void> {
    const done = await act(() => client.call('guide.done', { done: true }));
    if (done === null) return;
    navigate('overview');
    if (isLeft) show({ text: guideMessages.left, tone: 'neutral' });
  }

  return (
    <div ref={guideRef} className={styles['guide']}>
      <GuideProgress step={step} />
      <div key={step} className={styles['step']}>
        <PageHeader {...heads[step]} />
        <StepContent step={step} onTested={() => setIsTested(true)} />
      </div>
      <footer className={styles['ways']}>
        <Button tone="quiet" disabled={isBusy} onClick={() => void end(true)}>
          {guideMessages.leave}
        </Button>
        <div className={styles['onward']}>
          {before === null ? null : (
            <LinkButton href={hashOf('guide', before)}>{guideMessages.back}</LinkButton>
          )}
          {after === null ? (
            <Button tone={isTested ? 'primary' : 'plain'} busy={isBusy} onClick={() => void end(false)}>
              {guideMessages.finish}
            </Button>
          ) : (
            <LinkButton tone="primary" href={hashOf('guide', after)}>
              {before === null ? guideMessages.begin : guideMessages.next}
            </LinkButton>
          )}
        </div>
      </footer>
    </div>
  );
}

interface StepContentProps {
  readonly step: GuideStep;
  readonly onTested: () => void;
}

function StepContent({ step, onTested }: StepContentProps) {
  if (step === 'welcome') return <WelcomeStep />;
  if (step === 'engines') return <EnginesStep />;
  return step === 'folders' ? <FoldersStep /> : <SelfTest tone="primary" onPassed={onTested} />;
}

const { welcome, engines, folders, test } = guideMessages;
const heads: Readonly<Record<GuideStep, { readonly title: string; readonly description?: string }>> = {
  welcome: { title: welcome.title, description: welcome.text },
  engines: { title: engines.title },
  folders: { title: folders.title },
  test: { title: test.title, description: test.text },
};
