import { expect, test } from 'vitest';
import { configPlace } from '../../../../src/core/config.ts';
import { LiveSettings } from '../../../../src/core/config/live-settings.ts';
import { SettingsRevision } from '../../../../src/core/guard/settings-revision.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('the number moves with what is in force or where it comes from, and with nothing else', () => {
  using folder = temporaryFolder();
  const file = folder.write('config.toml', '[scaling]\nmax_workers = 4\n');
  using live = new LiveSettings({
    place: { ...configPlace({ file, overlay: null, env: {} }), env: {} },
    whenInvalid: 'refuse',
    onChange: () => {},
    onProblem: () => {},
  });
  const revision = new SettingsRevision(live);
  const seen = [revision.current];
  for (const text of [
    '# a comment\n[scaling]\nmax_workers = 4\n',
    '[scaling]\nmax_workers = 5\n',
    '[scaling]\nmax_workers = "many"\n',
    '[scaling]\nmax_workers = 5\nscale_up_threshold = 50\n',
  ]) {
    folder.write('config.toml', text);
    live.reload();
    seen.push(revision.current);
  }
  expect(seen).toEqual([
    { revision: 0, problem: '' },
    { revision: 0, problem: '' },
    { revision: 1, problem: '' },
    { revision: 1, problem: expect.stringContaining('max_workers') },
    { revision: 2, problem: '' },
  ]);
});
