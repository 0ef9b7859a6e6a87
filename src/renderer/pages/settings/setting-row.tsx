// One setting: what it is called, what it does, its control, and the way back to its default.
import { Lock, RotateCcw } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { CodeText } from '../../components/code-text.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { SettingControl } from './setting-control.tsx';
import styles from './setting-row.module.css';
import { isChanged, labelOf, valueText, type ShownSetting } from './setting-words.ts';
import { placeId } from './settings-places.ts';
import { useSettingEdits } from './use-setting-edits.ts';

interface SettingRowProps {
  readonly setting: ShownSetting;
  /** Where it is known by its name: the key is not shown. */
  readonly isEveryday?: boolean;
}

export function SettingRow({ setting, isEveryday = false }: SettingRowProps) {
  const { row } = settingMessages;
  const kind = setting.type === 'list' ? 'list' : setting.type === 'boolean' ? 'flag' : 'field';
  return (
    <div id={placeId(setting.name)} tabIndex={-1} className={styles['row']} data-kind={kind}>
      <div className={styles['words']}>
        <div className={styles['label']}>{labelOf(setting)}</div>
        <p className={styles['explanation']}>
          <CodeText text={setting.explanation} />
        </p>
        <p className={styles['notes']}>
          {isEveryday ? null : <code>{setting.name}</code>}
          {setting.effect === 'restart' ? <span>{row.restart}</span> : null}
        </p>
        {setting.locked === '' ? null : (
          <p className={styles['locked']}>
            <Lock size={14} aria-hidden />
            <span>{setting.locked}</span>
          </p>
        )}
        <WayBack setting={setting} />
      </div>
      <div className={styles['control']}>
        <SettingControl setting={setting} />
      </div>
    </div>
  );
}

function WayBack({ setting }: Pick<SettingRowProps, 'setting'>) {
  const edits = useSettingEdits();
  const { row } = settingMessages;
  if (!isChanged(setting)) return null;
  return (
    <p className={styles['back']}>
      <span>{row.isDefault(valueText(setting, setting.default))}</span>
      {setting.locked === '' ? (
        <Button
          tone="quiet"
          icon={RotateCcw}
          aria-label={row.resetOf(labelOf(setting))}
          onClick={() => edits.reset(setting)}
        >
          {row.reset}
        </Button>
      ) : null}
    </p>
  );
}
