// One question, one answer: whatever else happens is an error that says which.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askClamd, parseVersion } from '../../../../../src/core/engines/clamd/ask-clamd.ts';
import { parseStats } from '../../../../../src/core/engines/clamd/clamd-stats.ts';
import type { ClamdAddress } from '../../../../../src/core/engines/clamd/target.ts';
import { FakeClamd } from '../../../../helpers/fake-clamd.ts';
import type { FakeOptions } from '../../../../helpers/fake-clamd.ts';

const stats =
  'POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live 3  idle 1 max 10 idle-timeout 30\nQUEUE: 2 items\nEND';

async function fakeAt(options: FakeOptions): Promise<ClamdAddress> {
  const fake = await FakeClamd.start(options);
  onTestFinished(() => fake[Symbol.asyncDispose]());
  return fake.address;
}

function temporaryPath(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ask-clamd-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

describe('askClamd', () => {
  it.each([
    ['PING', 'PONG'],
    ['VERSION', 'ClamAV 1.4.6/27300/Sat Nov 15 09:00:00 2025'],
    ['STATS', stats],
    ['RELOAD', 'RELOADING'],
  ] as const)('gives the answer to %s', async (command, text) => {
    const address = await fakeAt({ answer: (request) => (request.command === command ? `${text}\0` : null) });
    expect(await askClamd(address, command, 2000)).toBe(text);
  });

  it.each([
    ['other words', 'pong\0', 'not_clamd'],
    ['the answer to another question', 'RELOADING\0', 'not_clamd'],
    ['two answers', 'PONG\0PONG\0', 'not_clamd'],
    ['more after it', 'PONG\0x', 'not_clamd'],
    ['no NUL', 'PONG', 'not_clamd'],
    ['an HTTP status', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'not_clamd'],
    ['100 KB', 'x'.repeat(100_000), 'not_clamd'],
    ['nothing', '', 'closed'],
  ])('refuses %s', async (_what, answer, cause) => {
    const address = await fakeAt({ answer: () => answer });
    await expect(askClamd(address, 'PING', 2000)).rejects.toMatchObject({
      code: 'CLAMD_PROTOCOL',
      details: { cause, command: 'PING' },
    });
  });

  it('does not wait longer than it may', async () => {
    const address = await fakeAt({ answer: () => null });
    await expect(askClamd(address, 'PING', 50)).rejects.toMatchObject({
      code: 'CLAMD_TIMEOUT',
      details: { cause: 'timeout' },
    });
  });

  it('tells a missing socket from one where nobody listens', async () => {
    const path = temporaryPath('clamd.sock');
    await expect(askClamd({ kind: 'unix', path }, 'PING', 1000)).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
      details: { cause: 'missing' },
    });
    writeFileSync(path, '');
    await expect(askClamd({ kind: 'unix', path }, 'PING', 1000)).rejects.toMatchObject({
      code: 'CLAMD_UNAVAILABLE',
      details: { cause: 'refused' },
    });
  });

  it.skipIf(process.getuid?.() === 0)('says when the socket is not for this user', async () => {
    const path = temporaryPath('clamd.sock');
    writeFileSync(path, '');
    chmodSync(path, 0);
    await expect(askClamd({ kind: 'unix', path }, 'PING', 1000)).rejects.toMatchObject({
      details: { cause: 'permission' },
    });
  });
});

describe('parseVersion', () => {
  it.each([
    ['ClamAV 1.4.6', { engine: '1.4.6', database: null }],
    [
      'ClamAV 1.4.6/27300/Sat Nov 15 09:00:00 2025',
      { engine: '1.4.6', database: '27300/Sat Nov 15 09:00:00 2025' },
    ],
    ['ClamAV 1.4.6/0/never', { engine: '1.4.6', database: null }],
    ['ClamAV 1.5.0-rc/27300', { engine: '1.5.0-rc', database: '27300' }],
  ])('takes %j apart', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });
});

describe('parseStats', () => {
  it('reads threads and queue', () => {
    expect(parseStats(stats)).toEqual({ threadsLive: 3, threadsIdle: 1, threadsMax: 10, queuedItems: 2 });
  });

  it('knows nothing of lines that are not there', () => {
    const unknown = { threadsLive: null, threadsIdle: null, threadsMax: null, queuedItems: null };
    expect(parseStats('POOLS: 1\nEND')).toEqual(unknown);
  });
});
