// What was changed on the page and is not yet in the file: saved after a moment, one after the other; a refused one keeps what was typed.
import { refusalText } from './refusal-text.ts';
import { isSameValue, problemOf, type SettingValue, type ShownSetting } from './setting-words.ts';

export interface SettingChange {
  readonly name: string;
  /** null takes the key out of the file. */
  readonly value: SettingValue | null;
}

interface Saved {
  readonly setting: ShownSetting;
  /** What undoes it. */
  readonly before: SettingChange;
  /** It counts from the next start. */
  readonly needsRestart: boolean;
}

export interface SettingEditsOptions {
  readonly save: (changes: readonly SettingChange[]) => Promise<{ readonly restart: readonly string[] }>;
  readonly onSaved: (saved: Saved) => void;
}

interface Edit {
  readonly setting: ShownSetting;
  /** null: the field is empty. */
  readonly value: SettingValue | null;
  readonly state: 'edited' | 'saving' | 'saved' | 'refused';
  readonly problem: string;
}

export type Edits = ReadonlyMap<string, Edit>;

export interface ShownValue {
  readonly value: SettingValue | null;
  readonly problem: string;
  readonly isSaving: boolean;
}

/** The value to draw: what was typed before what the file holds. */
export function shownValue(edits: Edits, setting: ShownSetting): ShownValue {
  const edit = edits.get(setting.name);
  if (edit === undefined) return { value: setting.value, problem: '', isSaving: false };
  return { value: edit.value, problem: edit.problem, isSaving: edit.state === 'saving' };
}

export class SettingEdits implements Disposable {
  readonly #options: SettingEditsOptions;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #edits: Edits = new Map();
  #lastSave: Promise<void> = Promise.resolve();

  constructor(options: SettingEditsOptions) {
    this.#options = options;
  }

  readonly snapshot = (): Edits => this.#edits;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @param afterMs null: not before `flush`. */
  change(setting: ShownSetting, value: SettingValue | null, afterMs: number | null): void {
    this.#stopTimer(setting.name);
    const isAsBefore = isSameValue(value, setting.value);
    const state = this.#edits.get(setting.name)?.state;
    // What is being saved, or was since `setting` was read, has to be saved once more to be as before.
    if (isAsBefore && state !== 'saving' && state !== 'saved') return this.#put(setting.name, null);
    this.#put(setting.name, { setting, value, state: 'edited', problem: '' });
    if (afterMs === null) return undefined;
    if (afterMs === 0) return this.flush(setting.name);
    this.#timers.set(
      setting.name,
      setTimeout(() => this.flush(setting.name), afterMs),
    );
    return undefined;
  }

  /** Saves now what waits, such as when the field is left. */
  flush(name: string): void {
    this.#stopTimer(name);
    const edit = this.#edits.get(name);
    if (edit?.state !== 'edited') return;
    const problem = problemOf(edit.setting, edit.value);
    if (problem !== null || edit.value === null) {
      this.#put(name, { ...edit, state: 'refused', problem: problem ?? '' });
      return;
    }
    this.#save(edit, edit.value);
  }

  /** The default holds again. */
  reset(setting: ShownSetting): void {
    this.#stopTimer(setting.name);
    this.#save({ setting, value: setting.default, state: 'edited', problem: '' }, null);
  }

  /** What the file holds now was read: what was saved before need not be remembered. */
  settle(): void {
    const unsaved = [...this.#edits].filter(([, { state }]) => state !== 'saved');
    if (unsaved.length === this.#edits.size) return;
    this.#edits = new Map(unsaved);
    this.#tell();
  }

  /** What was typed is saved, not lost. */
  [Symbol.dispose](): void {
    for (const name of this.#edits.keys()) this.flush(name);
    this.#listeners.clear();
  }

  #save(edit: Edit, value: SettingValue | null): void {
    const saving: Edit = { ...edit, state: 'saving', problem: '' };
    this.#put(edit.setting.name, saving);
    this.#lastSave = this.#saveAfter(this.#lastSave, saving, value);
  }

  async #saveAfter(previous: Promise<void>, saving: Edit, value: SettingValue | null): Promise<void> {
    await previous;
    const { setting } = saving;
    const { name } = setting;
    try {
      const { restart } = await this.#options.save([{ name, value }]);
      this.#replace(saving, { ...saving, state: 'saved' });
      const before = { name, value: setting.origin === 'default' ? null : setting.value };
      this.#options.onSaved({ setting, before, needsRestart: restart.includes(name) });
    } catch (error) {
      this.#replace(saving, { ...saving, state: 'refused', problem: refusalText(error, name) });
    }
  }

  /** Unless something else was typed meanwhile. */
  #replace(expected: Edit, edit: Edit): void {
    if (this.#edits.get(edit.setting.name) === expected) this.#put(edit.setting.name, edit);
  }

  #put(name: string, edit: Edit | null): void {
    const edits = new Map(this.#edits);
    if (edit === null) edits.delete(name);
    else edits.set(name, edit);
    this.#edits = edits;
    this.#tell();
  }

  #stopTimer(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
