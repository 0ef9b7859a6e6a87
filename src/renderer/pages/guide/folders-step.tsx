// What is watched, and what is done about a finding: the same controls as in Settings.
import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { guideMessages } from '../../messages/guide.ts';
import { FoldersEditor } from '../settings/folders-editor.tsx';
import { ResponseChoice } from '../settings/response-choice.tsx';
import { SettingEditsContext, useEditedSettings } from '../settings/use-setting-edits.ts';
import styles from './folders-step.module.css';

export function FoldersStep() {
  const { settings, edits } = useEditedSettings();
  const { value: shown, error, reload } = settings;
  if (shown === null)
    return error === null ? <Skeleton lines={6} /> : <ErrorState error={error} onRetry={reload} />;
  const folders = shown.settings.find(({ name }) => name === 'watch.folders');
  const action = shown.settings.find(({ name }) => name === 'response.action');
  return (
    <SettingEditsContext value={edits}>
      <div className={styles['content']}>
        {folders === undefined ? null : (
          <Card title={guideMessages.folders.watched}>
            <FoldersEditor setting={folders} />
          </Card>
        )}
        {action === undefined ? null : (
          <Card title={guideMessages.folders.response}>
            <ResponseChoice setting={action} />
          </Card>
        )}
      </div>
    </SettingEditsContext>
  );
}
