// `app.commandLine`: switches the app was started with, and those it adds for Chromium.
import { lifecycle } from './lifecycle.ts';

/** For the stand-in itself: Electron's object has no such name. */
export const addedSwitches = Symbol('added switches');

export class CommandLine {
  readonly #added = new Map<string, string>();

  appendSwitch(name: string, value = ''): void {
    this.#added.set(name.toLowerCase(), value);
  }

  appendArgument(): void {}

  removeSwitch(name: string): void {
    this.#added.delete(name.toLowerCase());
  }

  hasSwitch(name: string): boolean {
    return this.#added.has(name) || this.#given(name) !== undefined;
  }

  getSwitchValue(name: string): string {
    return this.#added.get(name) ?? this.#given(name)?.slice(`--${name}=`.length) ?? '';
  }

  /** What Chromium is started with. */
  [addedSwitches](): readonly string[] {
    return [...this.#added].map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`));
  }

  #given(name: string): string | undefined {
    return lifecycle.identity.args.find((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  }
}
