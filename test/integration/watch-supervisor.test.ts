import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import type { MessageToWatcher, WatchSettings } from '../../src/core/watch/watch-protocol.ts';
import { WatchSupervisor } from '../../src/core/watch/watch-supervisor.ts';
import { isAlive, until } from '../helpers/processes.ts';

const entry = join(import.meta.dirname, '../helpers/bad-workers/watches-badly.ts');

function supervise(root: string) {
  const doubts: string[] = [];
  const restarts: string[] = [];
  const supervisor = new WatchSupervisor({
    startProcess: childProcessStarter<MessageToWatcher>(entry),
    settings: settingsOf(root),
    listener: {
      files() {},
      health() {},
      doubt: (_root, cause) => doubts.push(cause),
      restarted: (cause) => restarts.push(cause),
    },
    logger: silentLogger,
  });
  return { supervisor, doubts, restarts };
}

function settingsOf(path: string): WatchSettings {
  return {
    roots: [{ path, removable: false }],
    exclude: { globs: [], folders: [], extensions: [] },
    ownFolders: [],
    stalled: [],
    settleMs: 300,
    settleMaxMs: 10_000,
  };
}

describe('a real watch worker', () => {
  test('that hangs is killed after ten seconds; the next one watches, and events are in doubt', async () => {
    const { supervisor, doubts, restarts } = supervise('/good');
    await using _end = supervisor;
    await until(() => supervisor.health.state === 'running');
    const { pid = 0 } = supervisor;
    supervisor.block(600_000);
    await until(() => doubts.length > 0, 25_000);
    expect(isAlive(pid)).toBe(false);
    expect(supervisor.health).toMatchObject({ state: 'running', restarts: 1 });
    expect(restarts).toEqual([expect.stringMatching(/^it said nothing for 1\d s$/)]);
  });

  test('that is killed from outside is replaced within a second', async () => {
    const { supervisor, doubts } = supervise('/good');
    await using _end = supervisor;
    await until(() => supervisor.health.state === 'running');
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await until(() => supervisor.health.state === 'restarting');
    await until(() => supervisor.health.state === 'running');
    expect(doubts).toEqual(['the watcher was started again: ended by SIGKILL']);
  });

  test('that cannot start, and one that talks nonsense, are tried again; the health says why', async () => {
    const { supervisor, restarts } = supervise('/crash');
    await using _end = supervisor;
    await until(() => supervisor.health.restarts >= 2);
    expect(supervisor.health.roots).toMatchObject([
      { state: 'starting', cause: expect.stringContaining('ended with code 7: crashed on purpose') },
    ]);
    supervisor.configure(settingsOf('/nonsense-1'));
    await until(() => supervisor.health.roots[0]?.cause.includes('it sent what is no message') === true);
    supervisor.configure(settingsOf('/good'));
    await until(() => supervisor.health.state === 'running');
    expect(supervisor.health.roots).toMatchObject([{ path: '/good', state: 'watching' }]);
    expect(restarts.length).toBeGreaterThan(0);
  });

  test.each(['/good', '/stubborn'])('is gone when the supervisor ends: %s', async (root) => {
    const { supervisor } = supervise(root);
    await until(() => supervisor.health.state === 'running');
    const { pid = 0 } = supervisor;
    await supervisor[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
  });
});
