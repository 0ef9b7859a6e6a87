import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodePath, encodePath } from '../../../../src/core/files/raw-path.ts';
import { AccountedFiles } from '../../../../src/core/guard/accounted-files.ts';
import { sweepLine } from '../../../../src/core/guard/sweep-line.ts';
import type { FileIdentity, ScanRequest } from '../../../../src/shared/scan.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import {
  clean,
  encrypted,
  HandLine,
  identityAt,
  identityOn,
  infected,
  locked,
  special,
  tooLarge,
} from './samples.ts';

const nowMs = 1_800_000_000_000;
const watchedSinceMs = nowMs - 3_600_000;

function start(eventsSinceMs: number | null = watchedSinceMs) {
  const hand = new HandLine();
  const accounted = new AccountedFiles();
  const told: string[] = [];
  const lost: string[] = [];
  const suspects: string[] = [];
  const signatures = { generation: 'one' };
  const line = sweepLine(
    {
      pipeline: hand,
      accounted,
      generation: () => signatures.generation,
      account: ({ request, verdict }, latencyMs) =>
        told.push(`${request.path} ${verdict.judgement.kind} ${latencyMs}`),
      lost: { add: (path) => lost.push(path), suspect: (path) => suspects.push(path) },
      isEventful: () => false,
      now: () => nowMs,
    },
    eventsSinceMs,
  );
  async function scan(path: string, judgement = clean, identity: FileIdentity | null = identityAt(1)) {
    const outcome = line.scan(requestFor(path), never);
    await hand.finish(path, judgement, identity);
    return await outcome;
  }
  return { hand, accounted, told, lost, suspects, signatures, line, scan };
}

const never = new AbortController().signal;

function requestFor(path: string): ScanRequest {
  return { path, origin: 'realtime', priority: 'low' };
}

describe('a sweep', () => {
  test('takes what is known to be clean for no news, and counts no scan for it', () => {
    const { hand, told, line } = start();
    hand.known.set('/a', { judgement: clean, identity: identityAt(1) });
    const outcomes = line.recall([requestFor('/a'), requestFor('/b')]);
    expect(outcomes.map((outcome) => outcome?.verdict.judgement.kind)).toEqual(['clean', undefined]);
    expect([told, hand.recalled.map(({ isSweep }) => isSweep)]).toEqual([[], [true]]);
  });

  test('tells of a finding that stands at every turn, because somebody may have to answer it', () => {
    const { hand, told, line } = start();
    hand.known.set('/a', { judgement: infected, identity: identityAt(1) });
    line.recall([requestFor('/a')]);
    line.recall([requestFor('/a')]);
    expect(told).toEqual(['/a infected null', '/a infected null']);
    expect(hand.judgedPaths).toEqual([]);
  });

  test('tells what came of every scan', async () => {
    const { told, scan } = start();
    expect((await scan('/a', infected))?.verdict.judgement).toEqual(infected);
    expect(told).toEqual(['/a infected null']);
  });

  test('hands on that the queue is full', () => {
    const { hand, line } = start();
    hand.isFull = true;
    expect(line.scan(requestFor('/a'), never)).toBeNull();
  });
});

describe('what can never be looked at', () => {
  test.each([special, tooLarge])('is told and counted once, not at every sweep: $reason', (judgement) => {
    const { hand, told, signatures, line } = start();
    hand.known.set('/a', { judgement, identity: null });
    for (let turn = 0; turn < 3; turn += 1) line.recall([requestFor('/a')]);
    for (let turn = 0; turn < 3; turn += 1) line.judged(requestFor('/b'), judgement, 0);
    expect(told).toEqual([`/a ${judgement.kind} null`, `/b ${judgement.kind} null`]);
    expect(hand.judgedPaths).toEqual(['/a', '/b']);
    signatures.generation = 'two';
    line.judged(requestFor('/b'), judgement, 0);
    expect(hand.judgedPaths).toEqual(['/a', '/b', '/b']);
  });

  test('is not scanned again until the file changes, or the signatures do', async () => {
    using folder = temporaryFolder();
    const path = folder.write('secret.zip', 'one');
    const { told, signatures, line, scan } = start();
    await scan(path, encrypted, identityOn(path));
    const [again] = line.recall([requestFor(path)]);
    expect(again?.verdict.judgement).toEqual(encrypted);
    expect(told).toEqual([`${path} partial null`]);
    signatures.generation = 'two';
    expect(line.recall([requestFor(path)])).toEqual([null]);
    signatures.generation = 'one';
    writeFileSync(path, 'another');
    expect(line.recall([requestFor(path)])).toEqual([null]);
  });

  test('is found by a name that is not UTF-8 too', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/${decodePath(Buffer.from([0x61, 0xff]))}`;
    writeFileSync(encodePath(path), 'one');
    const { line, scan } = start();
    await scan(path, encrypted, identityOn(path));
    expect(line.recall([requestFor(path)])[0]?.verdict.judgement).toEqual(encrypted);
  });

  test('is looked at when something else has its name', async () => {
    using folder = temporaryFolder();
    const path = folder.write('secret.zip', 'one');
    const { line, scan } = start();
    await scan(path, encrypted, identityOn(path));
    rmSync(path);
    mkdirSync(path);
    expect(line.recall([requestFor(path)])).toEqual([null]);
  });
});

describe('a file was lost', () => {
  const longAgo = nowMs - 60_000;

  test('when it changed while it was watched, and no event came', async () => {
    const { lost, scan } = start();
    await scan('/a', clean, identityAt(longAgo));
    expect(lost).toEqual(['/a']);
  });

  test.each([clean, infected, encrypted, locked])(
    'once, however many sweeps scan it: $kind',
    async (judgement) => {
      const { lost, scan } = start();
      await scan('/a', judgement, identityAt(longAgo));
      await scan('/a', judgement, identityAt(longAgo));
      expect(lost).toEqual(['/a']);
    },
  );

  test('not when an event brought it', async () => {
    const { accounted, lost, scan } = start();
    accounted.add(identityAt(longAgo));
    await scan('/a', clean, identityAt(longAgo));
    expect(lost).toEqual([]);
  });

  test('perhaps, when its event may still be on its way', async () => {
    const { lost, suspects, scan } = start();
    await scan('/a', clean, identityAt(nowMs - 14_000));
    expect([lost, suspects]).toEqual([[], ['/a']]);
    await scan('/b', clean, identityAt(nowMs - 16_000, 2));
    expect([lost, suspects]).toEqual([['/b'], ['/a']]);
  });

  test('not when it changed before the watch began, or while protection was paused', async () => {
    const { lost, suspects, scan } = start();
    await scan('/a', clean, identityAt(watchedSinceMs - 1));
    expect([lost, suspects]).toEqual([[], []]);
    await scan('/b', clean, identityAt(watchedSinceMs + 1, 2));
    expect(lost).toEqual(['/b']);
  });

  test('not when its folder is not watched', async () => {
    const { lost, scan } = start(null);
    await scan('/a', clean, identityAt(longAgo));
    expect(lost).toEqual([]);
  });

  test('not when it is no regular file, or gone', async () => {
    const { lost, line, scan } = start();
    line.judged(requestFor('/a'), special, 0);
    await scan('/b', { kind: 'unscannable', reason: 'vanished', detail: '' }, null);
    expect(lost).toEqual([]);
  });
});
