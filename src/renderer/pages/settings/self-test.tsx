// The self-test: a button, the steps while it runs, and what came of it with the time it took.
import { Check, Circle, LoaderCircle, Play, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { messageOf } from '../../../shared/errors.ts';
import type { SelfTest as SelfTestResult } from '../../../shared/page-documents.ts';
import { useClient, useSlice } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { guideMessages } from '../../messages/guide.ts';
import { testSteps, whyNoTest, type TestStep } from './self-test-view.ts';
import styles from './self-test.module.css';

type Course =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly result: SelfTestResult }
  | { readonly kind: 'refused'; readonly reason: string };

interface SelfTestProps {
  readonly onPassed?: () => void;
  readonly tone?: 'primary' | 'plain';
}

export function SelfTest({ onPassed, tone = 'plain' }: SelfTestProps) {
  const client = useClient();
  const protection = useSlice('protection');
  const [course, setCourse] = useState<Course>({ kind: 'idle' });
  const { test } = guideMessages;

  async function run(): Promise<void> {
    setCourse({ kind: 'running' });
    try {
      const result = await client.call('selftest.run', {});
      setCourse({ kind: 'ended', result });
      if (result.ok) onPassed?.();
    } catch (error) {
      setCourse({ kind: 'refused', reason: messageOf(error) });
    }
  }

  const isRunning = course.kind === 'running';
  const isAgain = course.kind === 'ended' || course.kind === 'refused';
  return (
    <div className={styles['test']}>
      <div>
        <Button
          tone={isAgain ? 'plain' : tone}
          icon={isAgain ? RotateCcw : Play}
          busy={isRunning}
          disabledReason={whyNoTest(protection?.state ?? null)}
          onClick={() => void run()}
        >
          {isRunning ? test.running : isAgain ? test.again : test.run}
        </Button>
      </div>
      <div role="status" className={styles['course']}>
        {course.kind === 'running' ? <Steps steps={testSteps(null)} /> : null}
        {course.kind === 'ended' ? <Ended result={course.result} /> : null}
        {course.kind === 'refused' ? (
          <Notice tone="attention" title={test.refused}>
            {course.reason}
          </Notice>
        ) : null}
      </div>
    </div>
  );
}

function Ended({ result }: { readonly result: SelfTestResult }) {
  const { test } = guideMessages;
  return (
    <>
      <Steps steps={testSteps(result)} />
      <Notice tone={result.ok ? 'ok' : 'danger'} title={result.ok ? test.passed : test.failed}>
        <p>{result.text}</p>
        {result.ok ? null : <p>{test.whatNow}</p>}
      </Notice>
    </>
  );
}

const icons = { waiting: Circle, running: LoaderCircle, done: Check, failed: X } as const;

function Steps({ steps }: { readonly steps: readonly TestStep[] }) {
  return (
    <ol className={styles['steps']}>
      {steps.map(({ text, state }) => {
        const Icon = icons[state];
        return (
          <li key={text} className={styles['step']} data-state={state}>
            <Icon size={16} aria-hidden className={styles['icon']} />
            <span>{text}</span>
            <VisuallyHidden>{guideMessages.test.states[state]}</VisuallyHidden>
          </li>
        );
      })}
    </ol>
  );
}
