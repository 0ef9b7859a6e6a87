// What people change most, each part a card: protection, folders, findings, schedules, start and looks, test, file.
import type { ReactNode } from 'react';
import type { SettingsDocument } from '../../../shared/page-documents.ts';
import { useClient, useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { themes, useTheme } from '../../frame/theme.ts';
import { settingMessages } from '../../messages/settings.ts';
import styles from './everyday-settings.module.css';
import { ExclusionsList } from './exclusions-list.tsx';
import { ShowFile } from './file-notices.tsx';
import { FoldersEditor } from './folders-editor.tsx';
import { ResponseChoice } from './response-choice.tsx';
import { SchedulesEditor } from './schedules-editor.tsx';
import { SelfTest } from './self-test.tsx';
import { SettingRow } from './setting-row.tsx';
import type { ShownSetting } from './setting-words.ts';
import { placeId, type PartName } from './settings-places.ts';

interface EverydaySettingsProps {
  readonly shown: SettingsDocument;
}

export function EverydaySettings({ shown }: EverydaySettingsProps) {
  const client = useClient();

  /** Nothing where this Vedette has no such setting, or it has no effect in it. */
  function ifThere(name: string, draw: (setting: ShownSetting) => ReactNode): ReactNode {
    const setting = shown.settings.find((each) => each.name === name);
    return setting === undefined || setting.pending ? null : draw(setting);
  }

  return (
    <>
      <Part name="protection" flush>
        {ifThere('watch.enabled', (setting) => (
          <SettingRow setting={setting} isEveryday />
        ))}
        <StateNow />
      </Part>
      <Part name="folders">
        {ifThere('watch.folders', (setting) => (
          <FoldersEditor setting={setting} />
        ))}
        <div className={styles['inset']}>
          {ifThere('watch.watch_removable', (setting) => (
            <SettingRow setting={setting} isEveryday />
          ))}
        </div>
      </Part>
      <Part name="findings">
        {ifThere('response.action', (setting) => (
          <ResponseChoice setting={setting} />
        ))}
      </Part>
      <Part name="schedules">
        {ifThere('scanning.schedules', (setting) => (
          <SchedulesEditor setting={setting} />
        ))}
        <div className={styles['inset']}>
          {ifThere('scanning.missed_runs', (setting) => (
            <SettingRow setting={setting} isEveryday />
          ))}
        </div>
      </Part>
      <Part name="appearance" flush>
        <ThemeRow />
        {client.kind === 'service'
          ? null
          : ifThere('watch.start_at_login', (setting) => <SettingRow setting={setting} isEveryday />)}
      </Part>
      <Part name="exclusions" flush>
        <ExclusionsList />
      </Part>
      <Part name="checks">
        <div className={styles['checks']}>
          <section className={styles['check']}>
            <h3>{settingMessages.checks.test}</h3>
            <p className={styles['soft']}>{settingMessages.checks.testText}</p>
            <SelfTest />
          </section>
          <section className={styles['check']}>
            <h3>{settingMessages.checks.guide}</h3>
            <p className={styles['soft']}>{settingMessages.checks.guideText}</p>
            <div>
              <LinkButton href={hashOf('guide')}>{settingMessages.checks.openGuide}</LinkButton>
            </div>
          </section>
        </div>
      </Part>
      <Part name="file">
        <FileFacts shown={shown} />
      </Part>
    </>
  );
}

interface PartProps {
  readonly name: PartName;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

function Part({ name, flush = false, children }: PartProps) {
  return (
    <div id={placeId(name)} tabIndex={-1} className={styles['part']}>
      <Card title={settingMessages.parts[name]} flush={flush}>
        {children}
      </Card>
    </div>
  );
}

function StateNow() {
  const protection = useSlice('protection');
  if (protection === null) return null;
  return <p className={styles['now']}>{protection.sentence}</p>;
}

function ThemeRow() {
  const { theme, setTheme } = useTheme();
  const { appearance: words } = settingMessages;
  return (
    <div className={styles['theme']}>
      <div>
        <div className={styles['label']}>{words.theme}</div>
        <p className={styles['soft']}>{words.themeText}</p>
      </div>
      <Segmented
        label={words.theme}
        options={themes.map((value) => ({ value, label: words.themes[value] }))}
        value={theme}
        onChange={setTheme}
      />
    </div>
  );
}

function FileFacts({ shown }: EverydaySettingsProps) {
  const { file: words } = settingMessages;
  return (
    <div className={styles['check']}>
      <code className={styles['path']}>{shown.file}</code>
      <p className={styles['soft']}>{shown.file_exists ? words.comments : words.notThere}</p>
      <div className={styles['buttons']}>
        <ShowFile />
        <CopyButton text={shown.file} label={words.copy} />
      </div>
    </div>
  );
}
