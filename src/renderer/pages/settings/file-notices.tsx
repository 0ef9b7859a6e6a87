// What is wrong with the settings file or was changed in it, and that the settings from before it hold.
import { Button } from '../../components/button.tsx';
import { useClient } from '../../client/client-context.ts';
import { Notice } from '../../components/notice.tsx';
import { useAct } from '../../components/use-act.ts';
import type { SettingsDocument } from '../../../shared/page-documents.ts';
import { settingMessages } from '../../messages/settings.ts';
import { fileProblems } from './file-problem.ts';
import styles from './file-notices.module.css';

export function FileNotices({ shown }: { readonly shown: SettingsDocument }) {
  const { file: words } = settingMessages;
  const problems = fileProblems(shown.problem, shown.file);
  if (problems.length === 0 && shown.notices.length === 0) return null;
  return (
    <div className={styles['notices']}>
      {problems.length === 0 ? null : (
        <Notice tone="attention" title={words.problemTitle} action={<ShowFile />}>
          <ul className={styles['problems']}>
            {problems.map(({ line, text }) => (
              <li key={`${line}:${text}`}>
                {line === null ? null : <strong>{words.line(line)} </strong>}
                <code className={styles['text']}>{text}</code>
              </li>
            ))}
          </ul>
          <p>{words.problemHolds}</p>
        </Notice>
      )}
      {shown.notices.map((notice) => (
        <Notice key={notice} tone="info">
          {notice}
        </Notice>
      ))}
    </div>
  );
}

/** In the file manager; a browser cannot show it. */
export function ShowFile() {
  const client = useClient();
  const { act } = useAct();
  if (client.kind === 'service') return null;
  function reveal(): void {
    void act(() => client.call('desktop.reveal', { kind: 'settings' }));
  }

  return <Button onClick={reveal}>{settingMessages.file.show}</Button>;
}
