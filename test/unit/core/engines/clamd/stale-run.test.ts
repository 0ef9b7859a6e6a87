// What an earlier run left behind is ended; a process that is not ours is never touched. With real processes.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endStaleRun, readPid } from '../../../../../src/core/engines/clamd/stale-run.ts';

let folder: string;
let pidPath: string;
let configPath: string;
let children: ChildProcess[];
const { signal } = new AbortController();
const waits = { killAfterMs: 200, supervisorMs: 200 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette test-'));
  pidPath = join(folder, 'clamd.pid');
  configPath = join(folder, 'clamd.conf');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function startWith(script: string, ...arguments_: string[]): Promise<ChildProcess> {
  const program = `${script}; process.stdout.write('up'); setInterval(() => {}, 1e6)`;
  const child = spawn(process.execPath, ['-e', program, '--', ...arguments_], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe.skipIf(process.platform === 'win32')('endStaleRun', () => {
  it('ends a process that runs our configuration', async () => {
    const child = await startWith('', configPath);
    const ended = once(child, 'exit');
    writeFileSync(pidPath, `${child.pid}\n`);
    await endStaleRun(pidPath, configPath, signal, waits);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(existsSync(pidPath)).toBe(false);
  });

  it('leaves a process alone that only has the number', async () => {
    const child = await startWith('', `${configPath}.other`);
    writeFileSync(pidPath, String(child.pid));
    await endStaleRun(pidPath, configPath, signal, waits);
    expect(child.signalCode).toBeNull();
    expect(process.kill(child.pid ?? 0, 0)).toBe(true);
    expect(existsSync(pidPath)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('leaves a process of another user alone', async () => {
    const child = spawn('/bin/sh', ['-c', 'echo up; read line', configPath], { uid: 65_534, cwd: '/' });
    children.push(child);
    await once(child.stdout, 'data');
    writeFileSync(pidPath, String(child.pid));
    await endStaleRun(pidPath, configPath, signal, waits);
    expect([child.exitCode, child.signalCode, child.killed]).toEqual([null, null, false]);
    expect(existsSync(`/proc/${child.pid}/cmdline`)).toBe(process.platform === 'linux');
  });

  it('waits for one that refuses SIGTERM and then kills it', async () => {
    const child = await startWith(`process.on('SIGTERM', () => {})`, configPath);
    const ended = once(child, 'exit');
    writeFileSync(pidPath, String(child.pid));
    await endStaleRun(pidPath, configPath, signal, waits);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it(
    'refuses when a living supervisor holds it: another Vedette uses the folder',
    { timeout: 15_000 },
    async () => {
      // The shell stands for clamd: it has the configuration among its arguments and ends with its parent.
      const script = `
      const { spawn } = require('node:child_process');
      const inner = spawn('/bin/sh', ['-c', 'read line', ${JSON.stringify(configPath)}], { stdio: ['pipe', 'ignore', 'ignore'] });
      require('node:fs').writeFileSync(${JSON.stringify(pidPath)}, String(inner.pid));
    `;
      await startWith(script, configPath);
      const pid = readPid(pidPath);
      await expect(endStaleRun(pidPath, configPath, signal, waits)).rejects.toMatchObject({
        code: 'CLAMD_UNAVAILABLE',
      });
      expect(process.kill(pid ?? 0, 0)).toBe(true);
    },
  );

  it('is at once done without a PID file or with nonsense in it', async () => {
    await endStaleRun(pidPath, configPath, signal, waits);
    for (const text of ['', 'abc', '-1', '0', '1', '12345678901', '1 2']) {
      writeFileSync(pidPath, text);
      expect(readPid(pidPath)).toBeNull();
      await endStaleRun(pidPath, configPath, signal, waits);
    }
  });
});
