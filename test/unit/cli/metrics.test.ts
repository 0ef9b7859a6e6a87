import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricsCommand } from '../../../src/cli/metrics.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

test.each(['json', 'prometheus'])(
  'figures that cannot be read are not exported as none: %s',
  async (format) => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'history.db'));
    const run = await runCommand(metricsCommand, ['export', '--format', format], {}, folder.path);
    expect([run.error, run.stdout]).toEqual(['EXPORT_FAILED', '']);
    expect(run.stderr).toMatch(/^No figures can be read now\. ./);
    expect(readdirSync(folder.path)).not.toContain('metrics');
  },
);
