// Who looks at files: ready, or how to install ClamAV and why one can go on without it.
import { useCall } from '../../client/client-context.ts';
import { CodeText } from '../../components/code-text.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { guideMessages } from '../../messages/guide.ts';
import { InstallLink } from '../engines/clamav-card.tsx';
import { CommandBox } from '../engines/command-box.tsx';
import { engineNames, engineView } from '../engines/engine-view.ts';
import styles from './engines-step.module.css';

export function EnginesStep() {
  const { value: shown, error, reload } = useCall('engines.show', {}, { refreshOn: ['engines'] });
  const { engines: words } = guideMessages;
  if (shown === null)
    return error === null ? <Skeleton lines={5} /> : <ErrorState error={error} onRetry={reload} />;
  const views = engineNames.map((name) => engineView(name, shown.engines, shown.clamd.install_command));
  const isAllReady = shown.engines.every(({ state }) => state === 'ready');
  const isNoneLeft = shown.engines.every(({ state }) => state === 'unavailable');
  const command = views.find((view) => view.command !== '')?.command ?? '';
  return (
    <div className={styles['content']}>
      <ul className={styles['engines']}>
        {views.map(({ name, title, tone, state, meaning, cause }) => (
          <li key={name} className={styles['engine']}>
            <div className={styles['head']}>
              <h2>{title}</h2>
              <StatusWord tone={tone}>{state}</StatusWord>
            </div>
            <p className={styles['soft']}>{meaning}</p>
            {tone === 'ok' || cause === '' ? null : (
              <p>
                <CodeText text={cause} />
              </p>
            )}
            {name === 'clamav' && command !== '' ? (
              <div className={styles['install']}>
                <CommandBox command={command} />
                <InstallLink />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {isAllReady ? <Notice tone="ok">{words.allReady}</Notice> : null}
      {isNoneLeft ? <Notice tone="danger">{words.none}</Notice> : null}
      {command !== '' && !isNoneLeft ? (
        <Notice tone="info" title={words.without}>
          {words.withoutText}
        </Notice>
      ) : null}
    </div>
  );
}
