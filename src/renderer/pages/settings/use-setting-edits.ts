// The edits of a page: saved through the client, told with an undo, and let go of when the file was read again.
import { createContext, use, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { SettingsDocument } from '../../../shared/page-documents.ts';
import { messageOf } from '../../../shared/errors.ts';
import { useCall, useClient, type CallState } from '../../client/client-context.ts';
import { useToasts } from '../../components/toasts.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { SettingEdits, shownValue, type SettingChange, type ShownValue } from './setting-edits.ts';
import { labelOf, type ShownSetting } from './setting-words.ts';

/** Of the page around a control. */
export const SettingEditsContext = createContext<SettingEdits | null>(null);

export function useSettingEdits(): SettingEdits {
  const edits = use(SettingEditsContext);
  if (edits === null) throw new Error('a setting stands outside of its page');
  return edits;
}

/** The value to draw and what is wrong with it. */
export function useShownValue(setting: ShownSetting): ShownValue {
  const edits = useSettingEdits();
  const all = useSyncExternalStore(edits.subscribe, edits.snapshot);
  return shownValue(all, setting);
}

interface EditedSettings {
  readonly settings: CallState<SettingsDocument>;
  readonly edits: SettingEdits;
}

export function useEditedSettings(): EditedSettings {
  const client = useClient();
  const { show } = useToasts();
  const settings = useCall('settings.show', {}, { refreshOn: ['settings'] });
  const { reload } = settings;

  async function save(changes: readonly SettingChange[]): Promise<{ readonly restart: readonly string[] }> {
    const copies = changes.map(({ name, value }) => ({
      name,
      value: typeof value === 'object' && value !== null ? [...value] : value,
    }));
    const saved = await client.call('settings.save', { changes: copies });
    reload();
    return saved;
  }

  function tell(setting: ShownSetting, before: SettingChange, needsRestart: boolean): void {
    const { saved } = settingMessages;
    const label = labelOf(setting);
    async function undo(): Promise<void> {
      try {
        await save([before]);
        show({ text: saved.undone(label), tone: 'ok' });
      } catch (error) {
        show({ text: saved.undoFailed(messageOf(error)), tone: 'danger' });
      }
    }
    show({ text: needsRestart ? saved.restart(label) : saved.text(label), tone: 'ok', undo: { run: undo } });
  }

  // The edits live as long as the page; what they call is that of the last drawing.
  const ports = useRef({ save, tell });
  ports.current = { save, tell };
  const [edits] = useState(
    () =>
      new SettingEdits({
        save: (changes) => ports.current.save(changes),
        onSaved: ({ setting, before, needsRestart }) => ports.current.tell(setting, before, needsRestart),
      }),
  );
  useEffect(() => () => edits[Symbol.dispose](), [edits]);
  useEffect(() => {
    if (settings.value !== null) edits.settle();
  }, [edits, settings.value]);
  return { settings, edits };
}
