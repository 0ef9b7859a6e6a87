// Settings of a command that runs for long: a saved file counts at once, and what is wrong with it is said.
import { configPlace } from '../core/config.ts';
import { LiveSettings } from '../core/config/live-settings.ts';
import { displayPath } from '../shared/display-path.ts';
import type { Settings } from '../shared/settings.ts';
import { changedKeys } from '../shared/settings/changed-keys.ts';
import type { CommonOptions } from './common-options.ts';

export function followSettings(
  { config, env, quiet }: CommonOptions,
  apply: (settings: Settings) => void,
): Disposable {
  function tell(text: string): void {
    if (quiet) return;
    const lines = text.split('\n').map((line) => displayPath(line, true));
    process.stderr.write(`vedette: ${lines.join('\n')}\n`);
  }
  return new LiveSettings({
    place: configPlace({ file: config ?? null, overlay: env ?? null, env: process.env }),
    whenInvalid: 'refuse',
    onChange(next, previous) {
      apply(next);
      const { live, restart } = changedKeys(previous, next);
      if (live.length > 0) tell(`settings changed: ${live.join(', ')}`);
      if (restart.length > 0) tell(`counts from the next start: ${restart.join(', ')}`);
    },
    onProblem: (problem) => tell(`the changed settings are not used: ${problem.message}`),
    onSolved: () => tell('the settings are valid again'),
  });
}
