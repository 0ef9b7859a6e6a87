// Two real processes and one data folder: one owns it, whatever becomes of the other.
import { describe, expect, test } from 'vitest';
import { readOwner, takeOwnerLock } from '../../src/core/store/owner-lock.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const taking = `
  const { takeOwnerLock, readOwner } = await import(process.cwd() + '/src/core/store/owner-lock.ts');
  const result = takeOwnerLock(args[0], { purpose: 'watch', address: '/run/' + args[1] });
  console.log(JSON.stringify({ pid: process.pid, kind: result.kind, owner: result.owner ?? null }));
  process.stdin.once('data', () => {
    if (result.kind === 'taken') result.lock[Symbol.dispose]();
    console.log('let go');
    process.stdin.pause();
  });`;

async function answerOf(process: StoreProcess): Promise<unknown> {
  return JSON.parse(await process.line());
}

describe('two processes and one data folder', () => {
  test('the second is told who has it, and gets it when the first lets go', async () => {
    using folder = temporaryFolder();
    await using first = new StoreProcess(taking, [folder.path, 'first']);
    expect(await answerOf(first)).toMatchObject({ kind: 'taken' });
    await using second = new StoreProcess(taking, [folder.path, 'second']);
    const owner = {
      pid: expect.any(Number),
      purpose: 'watch',
      address: '/run/first',
      since: expect.any(Number),
    };
    expect(await answerOf(second)).toMatchObject({ kind: 'held', owner });
    expect(readOwner(folder.path)).toEqual(owner);
    expect(takeOwnerLock(folder.path, { purpose: 'watch', address: null }).kind).toBe('held');
    first.tell('let go');
    expect(await first.line()).toBe('let go');
    expect(readOwner(folder.path)).toBeNull();
    await using third = new StoreProcess(taking, [folder.path, 'third']);
    expect(await answerOf(third)).toMatchObject({ kind: 'taken' });
  });

  test('a killed owner has let go, and what it said of itself counts no more', async () => {
    using folder = temporaryFolder();
    await using first = new StoreProcess(taking, [folder.path, 'first']);
    await first.line();
    expect(readOwner(folder.path)).toMatchObject({ address: '/run/first' });
    await first.kill();
    expect(readOwner(folder.path)).toBeNull();
    await using second = new StoreProcess(taking, [folder.path, 'second']);
    expect(await answerOf(second)).toMatchObject({ kind: 'taken' });
    expect(readOwner(folder.path)).toMatchObject({ address: '/run/second' });
  });

  test('of many that try at the same moment, while others look, exactly one gets it', async () => {
    const together = `
      const { takeOwnerLock, readOwner } = await import(process.cwd() + '/src/core/store/owner-lock.ts');
      console.log('ready');
      process.stdin.once('data', (text) => {
        const results = [];
        const startsAtMs = Number(text);
        for (let round = 0; round < 20; round += 1) {
          while (Date.now() < startsAtMs + round * 25) {}
          if (args[1] === 'look') for (let look = 0; look < 20; look += 1) readOwner(args[0] + '/' + round);
          else results.push(takeOwnerLock(args[0] + '/' + round, { purpose: 'watch', address: null }));
        }
        console.log(JSON.stringify(results.map(({ kind }) => kind)));
        process.stdin.once('data', () => process.exit(results.length > 100 ? 1 : 0));
      });`;
    using folder = temporaryFolder();
    for (let round = 0; round < 20; round += 1) folder.write(`${round}/made`);
    const processes = ['take', 'take', 'take', 'look'].map(
      (role) => new StoreProcess(together, [folder.path, role]),
    );
    try {
      for (const each of processes) expect(await each.line()).toBe('ready');
      const startsAtMs = Date.now() + 100;
      for (const each of processes) each.tell(String(startsAtMs));
      const answers = await Promise.all(processes.map(answerOf));
      const takers = answers.slice(0, 3).filter((answer) => Array.isArray(answer));
      expect(takers).toHaveLength(3);
      const winners = Array.from(
        { length: 20 },
        (_, round) => takers.filter((kinds) => kinds[round] === 'taken').length,
      );
      expect(winners).toEqual(Array.from({ length: 20 }, () => 1));
    } finally {
      for (const each of processes) await each[Symbol.asyncDispose]();
    }
  });
});
