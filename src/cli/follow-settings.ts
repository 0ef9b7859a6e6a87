// Settings of a command that runs for long: a saved file counts at once, and what is wrong with it is said.
import { configPlace } from '../core/config.ts';
import { LiveSettings } from '../core/config/live-settings.ts';
import { displayPath } from '../shared/display-path.ts';
import type { Settings } from '../shared/settings.ts';
import { changedKeys } from '../shared/settings/changed-keys.ts';
import { configSource, tellNotices, type CommonOptions } from './common-options.ts';

export interface FollowedSettings extends Disposable {
  readonly live: LiveSettings;
  /** Where they are written down; null where there is no file. */
  readonly file: string | null;
  /** What is called with each change from now on. */
  onChange: (next: Settings) => void;
}

/** @throws AppError CONFIG_INVALID or FILE_UNREADABLE for what is wrong at the start. */
export function followSettings(options: CommonOptions): FollowedSettings {
  function tell(text: string): void {
    if (options.quiet) return;
    const lines = text.split('\n').map((line) => displayPath(line, true));
    process.stderr.write(`vedette: ${lines.join('\n')}\n`);
  }
  const live = new LiveSettings({
    place: configPlace(configSource(options)),
    whenInvalid: 'refuse',
    onChange(next, previous) {
      followed.onChange(next);
      const changed = changedKeys(previous, next);
      if (changed.live.length > 0) tell(`settings changed: ${changed.live.join(', ')}`);
      if (changed.restart.length > 0) tell(`counts from the next start: ${changed.restart.join(', ')}`);
    },
    onProblem: (problem) => tell(`the changed settings are not used: ${problem.message}`),
    onSolved: () => tell('the settings are valid again'),
  });
  tellNotices(live.configuration, options);
  const followed: FollowedSettings = {
    live,
    file: live.configuration.fileExists ? live.configuration.file : null,
    onChange: () => {},
    [Symbol.dispose]: () => live[Symbol.dispose](),
  };
  return followed;
}
