import { describe, expect, test } from 'vitest';
import { statusCommand } from '../../../src/cli/status.ts';
import { nobodyWatches } from '../../../src/core/guard/calls/handlers.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { statusOf } from '../../../src/core/status.ts';
import { openStore } from '../../../src/core/store/store.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';
import type { StatusReport } from '../../../src/shared/status-report.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const noRoom = 'The disk is full: there is no room for the history.';

function report(changes: Partial<StatusReport> = {}): StatusReport {
  using folder = temporaryFolder();
  using store = openStore({ folder: folder.path, logger: silentLogger });
  const now = 1_800_000_000;
  return { ...statusOf(store, folder.path, settingsSchema.parse({}), now, nobodyWatches), ...changes };
}

function ask(given: StatusReport, ...args: readonly string[]) {
  return runCommand(statusCommand, args, { status: () => given });
}

describe('the status', () => {
  test('where nothing was scanned says how to begin, and ends with 0', async () => {
    const { exitCode, stdout } = await ask(report());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing has been scanned yet.');
  });

  test('does not say that nothing was scanned where nobody can tell', async () => {
    const store = { state: 'degraded', problems: [noRoom], set_aside: [] } as const;
    const { exitCode, stdout } = await ask(
      report({ store: { ...store, problems: [...store.problems], set_aside: [] } }),
    );
    expect(exitCode).toBe(2);
    expect(stdout).not.toContain('Nothing has been scanned');
    expect(stdout).toContain('No figures can be read now.');
    expect(stdout).toContain(`note          ${noRoom}`);
  });

  test('with a threat that nobody has decided on ends with 2, also where nobody watches', async () => {
    expect((await ask(report({ open_findings: 1 }))).exitCode).toBe(2);
  });

  test('that is quiet says nothing where there is nothing to do, and otherwise how protection is', async () => {
    expect((await ask(report(), '--quiet')).stdout).toBe('');
    const { stdout } = await ask(report({ open_findings: 1 }), '--quiet');
    expect(stdout).toMatch(/^Not protected: no Vedette is watching\.\n/);
    expect(stdout).not.toContain('data folder');
  });
});
