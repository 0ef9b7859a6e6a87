// What is done about a serious finding: three choices, each with what it will do.
import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { settingMessages } from '../../messages/settings.ts';
import { FieldProblem } from './field-problem.tsx';
import styles from './response-choice.module.css';
import type { ShownSetting } from './setting-words.ts';
import { useSettingEdits, useShownValue } from './use-setting-edits.ts';

interface ResponseChoiceProps {
  /** `response.action` */
  readonly setting: ShownSetting;
}

const actions = ['ask', 'quarantine', 'notify'] as const;

export function ResponseChoice({ setting }: ResponseChoiceProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  const { response } = settingMessages;
  return (
    <div className={styles['response']}>
      <RadioGroup
        aria-label={response.label}
        className={styles['choices']}
        value={value}
        onValueChange={(action) => edits.change(setting, action, 0)}
        disabled={setting.locked !== ''}
      >
        {actions.map((action) => (
          <label key={action} className={styles['choice']}>
            <Radio.Root value={action} className={styles['mark']}>
              <Radio.Indicator className={styles['dot']} />
            </Radio.Root>
            <span>
              <span className={styles['label']}>{response.choices[action].label}</span>
              <span className={styles['text']}>{response.choices[action].text}</span>
            </span>
          </label>
        ))}
      </RadioGroup>
      <FieldProblem problem={problem} />
      <p className={styles['text']}>{setting.locked === '' ? response.never : setting.locked}</p>
    </div>
  );
}
