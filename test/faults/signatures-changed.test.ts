// Signatures that change while Vedette runs: a verdict counts for those it was made with, whatever happens in between.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Antivirus } from '../../src/core/antivirus.ts';
import {
  builtInRules,
  livePartsOf,
  scanWorkerEntry,
  type AntivirusOptions,
} from '../../src/core/antivirus-options.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { clamdMarker, clamdMarkerSignature, Scene } from '../helpers/faults/scene.ts';
import { until } from '../helpers/processes.ts';
import { hasClamd } from '../helpers/real-clamd.ts';
import { hashLine, ruleFor, toldBy } from '../helpers/scan-home.ts';
import { WorkerGate } from '../helpers/worker-gate.ts';

const marker = 'vedette-marker-5c1e';
const otherMarker = 'vedette-marker-77aa';
const otherSignature = `Finds.Nothing:0:*:${Buffer.from(otherMarker).toString('hex')}\n`;
const live = livePartsOf(settingsSchema.parse({ scaling: { min_workers: 1, max_workers: 1 } }));

let scene: Scene;
let rules: string;
let gate: WorkerGate;
beforeEach(() => {
  scene = new Scene();
  rules = join(scene.folder, 'rules');
  mkdirSync(rules);
  gate = new WorkerGate(childProcessStarter(scanWorkerEntry));
  return () => scene[Symbol.dispose]();
});

function setRule(text: string, folder = rules): void {
  writeFileSync(join(folder, 'own.yar'), ruleFor(text));
}

function pointTo(name: string): void {
  symlinkSync(name, join(scene.folder, 'next'));
  renameSync(join(scene.folder, 'next'), rules);
}

function start(options: Partial<AntivirusOptions> = {}): Promise<Antivirus> {
  const yara: AntivirusOptions['yara'] = { rulePaths: [builtInRules, rules], binding: 'auto' };
  return startCore(scene, { live, yara, startWorker: gate.start, ...options });
}

/** Verdicts of a scan by a Vedette that is started for it, with all that was remembered. */
async function toldLater(options: Partial<AntivirusOptions> = {}): Promise<Readonly<Record<string, string>>> {
  await using antivirus = await start(options);
  return toldBy(await scanAll(antivirus, scene));
}

async function scanOne(antivirus: Antivirus, path: string): Promise<string> {
  const request = { path, priority: 'normal', origin: 'manual' } as const;
  const known = antivirus.pipeline.recall([request])[0] ?? null;
  const outcome = known ?? (await antivirus.pipeline.scan(request));
  return outcome === null ? 'refused' : outcome.verdict.judgement.kind;
}

/** The last word on each file, by path, and how urgent that scan was. */
function lastWords(antivirus: Antivirus): Readonly<Record<string, string>> {
  const scans = antivirus.recorder.recentScans();
  return Object.fromEntries(scans.map((scan) => [scan.file_path, `${scan.verdict} ${scan.priority}`]));
}

describe('a rule that changes in the middle of a scan', () => {
  it('leaves no verdict of the old rules that would be taken for one of the new', async () => {
    for (let index = 0; index < 600; index += 1) scene.write(`file-${index}`, `${index} ${marker}`);
    setRule(otherMarker);
    const refreshed: Promise<boolean>[] = [];
    {
      await using antivirus = await start();
      const before = antivirus.generation;
      const results = await scanAll(antivirus, scene, () => {
        if (refreshed.length > 0) return;
        setRule(marker);
        refreshed.push(antivirus.room.refresh());
      });
      expect(results.filter(({ verdict }) => verdict === 'clean').length).toBeGreaterThan(0);
      expect(await Promise.all(refreshed)).toEqual([true]);
      expect(antivirus.generation).not.toBe(before);
      const after = await scanAll(antivirus, scene);
      expect(after.filter(({ verdict }) => verdict !== 'infected')).toEqual([]);
    }
    const later = Object.values(await toldLater());
    expect(new Set(later)).toEqual(new Set(['infected cached']));
    expect(later).toHaveLength(600);
  });

  it('has what was seen lately scanned again, at low priority, by what stays on', async () => {
    const paths = ['one', 'two', 'three'].map((name) => scene.write(name, `${name} ${marker}`));
    setRule(otherMarker);
    await using antivirus = await start({ staysOn: true });
    await scanAll(antivirus, scene);
    antivirus.store.flush();
    expect(lastWords(antivirus)).toEqual(Object.fromEntries(paths.map((path) => [path, 'clean normal'])));
    setRule(marker);
    expect(await antivirus.room.refresh()).toBe(true);
    const expected = Object.fromEntries(paths.map((path) => [path, 'infected low']));
    await until(() => isDeepStrictEqual(lastWords(antivirus), expected));
  });

  it('has a file scanned again that was judged in the moment before', async () => {
    const path = scene.write('file', `x ${marker}`);
    scene.write('plain', 'plain');
    setRule(otherMarker);
    await using antivirus = await start({ staysOn: true });
    const newWorkerIsReady = gate.hold('ready');
    setRule(marker);
    const refreshed = antivirus.room.refresh();
    await newWorkerIsReady;
    expect(await scanOne(antivirus, path)).toBe('clean');
    gate.release();
    expect(await refreshed).toBe(true);
    await until(() => lastWords(antivirus)[path] === 'infected low');
  });

  it('has a file scanned again that was under way at that moment', async () => {
    const path = scene.write('file', `x ${marker}`);
    setRule(otherMarker);
    await using antivirus = await start({ staysOn: true });
    const answered = gate.hold('results');
    const scanning = scanOne(antivirus, path);
    await answered;
    setRule(marker);
    expect(await antivirus.room.refresh()).toBe(true);
    gate.release();
    await scanning;
    await until(() => lastWords(antivirus)[path]?.startsWith('infected') === true);
  });
});

describe('a verdict of other signatures than those in force', () => {
  it('by a worker that replaced another is not kept as one of the old rules', async () => {
    const path = scene.write('file', `x ${marker}`);
    setRule(marker);
    await using antivirus = await start();
    const { generation } = antivirus;
    setRule(otherMarker);
    // The worker that comes after the one that died has the new rules; the change is not in force yet.
    const nextIsReady = gate.hold('ready', 3);
    for (const pid of antivirus.room.pool?.pids ?? []) process.kill(pid, 'SIGKILL');
    expect(await scanOne(antivirus, path)).toBe('clean');
    await nextIsReady;
    gate.release();
    await antivirus.room.refresh();
    expect(antivirus.generation).not.toBe(generation);
    setRule(marker);
    expect(await antivirus.room.refresh()).toBe(true);
    expect(antivirus.generation).toBe(generation);
    expect(await scanOne(antivirus, path)).toBe('infected');
  });

  it.runIf(hasClamd)('by a clamd that has reloaded is not kept as one of the old database', async () => {
    const path = scene.write('file', `x ${clamdMarker}`);
    const database = join(scene.database, 'fault.ndb');
    setRule(marker);
    await using antivirus = await start({ clamd: 'managed' });
    const { generation } = antivirus;
    writeFileSync(database, otherSignature);
    // A rule as well, so that the change takes until the next worker is ready.
    setRule(otherMarker);
    const nextIsReady = gate.hold('ready', 2);
    const refreshed = antivirus.room.refresh();
    await nextIsReady;
    expect(await scanOne(antivirus, path)).toBe('clean');
    gate.release();
    expect(await refreshed).toBe(true);
    writeFileSync(database, clamdMarkerSignature());
    setRule(marker);
    expect(await antivirus.room.refresh()).toBe(true);
    expect(antivirus.generation).toBe(generation);
    expect(await scanOne(antivirus, path)).toBe('infected');
  });
});

describe('a change that could not be loaded', () => {
  const noRoom = new Error('no room for another process');
  let list: string;
  let hashLists: AntivirusOptions['hashLists'];
  beforeEach(() => {
    list = join(scene.folder, 'bad.txt');
    hashLists = { knownBad: [list], knownGood: [] };
    writeFileSync(list, hashLine('something else'));
    scene.write('file', 'listed');
  });

  it('is loaded when it can be', async () => {
    await using antivirus = await start({ hashLists });
    expect(toldBy(await scanAll(antivirus, scene))).toEqual({ file: 'clean' });
    writeFileSync(list, hashLine('listed'));
    gate.refuse(noRoom);
    expect(await antivirus.room.refresh()).toBe(false);
    gate.refuse(null);
    expect(await antivirus.room.refresh()).toBe(true);
    expect(toldBy(await scanAll(antivirus, scene))).toEqual({ file: 'infected' });
  });

  it('is not taken for what was in force before by the next start', async () => {
    {
      await using antivirus = await start({ hashLists });
      expect(toldBy(await scanAll(antivirus, scene))).toEqual({ file: 'clean' });
      writeFileSync(list, hashLine('listed'));
      gate.refuse(noRoom);
      expect(await antivirus.room.refresh()).toBe(false);
      gate.refuse(null);
    }
    expect(await toldLater({ hashLists })).toEqual({ file: 'infected' });
  });

  it('because it is wrong is refused by the next start', async () => {
    {
      await using antivirus = await start({ hashLists });
      await scanAll(antivirus, scene);
      writeFileSync(list, 'not a hash\n');
      expect(await antivirus.room.refresh()).toBe(false);
    }
    await expect(toldLater({ hashLists })).rejects.toMatchObject({ code: 'WORKER_START_FAILED' });
  });
});

describe.runIf(hasClamd)('a database that clamd could not load', () => {
  it('is not taken for the one in force before by the next start', async () => {
    scene.write('file', `x ${otherMarker}`);
    {
      await using antivirus = await start({ clamd: 'managed' });
      expect(toldBy(await scanAll(antivirus, scene))).toEqual({ file: 'clean' });
      writeFileSync(join(scene.database, 'broken.ndb'), 'not a signature\n');
      expect(await antivirus.room.refresh()).toBe(false);
    }
    expect(await toldLater({ clamd: 'managed' })).toEqual({ file: 'partial/engine_unavailable' });
    rmSync(join(scene.database, 'broken.ndb'));
    expect((await toldLater({ clamd: 'managed' }))['file']).toMatch(/^clean/);
  });
});

describe.runIf(process.platform !== 'win32')('rules behind a link', () => {
  const [finding, other] = ['with-the-rule', 'without-it'];

  it('that turns while they are loaded, and turns back, are not taken for each other', async () => {
    scene.write('file', `x ${marker}`);
    rmSync(rules, { recursive: true });
    for (const name of [finding, other]) mkdirSync(join(scene.folder, name));
    setRule(marker, join(scene.folder, finding));
    setRule(otherMarker, join(scene.folder, other));
    pointTo(other);
    expect(await toldLater()).toEqual({ file: 'clean' });
    pointTo(finding);
    gate.onStart = () => pointTo(other);
    await toldLater();
    gate.onStart = () => {};
    pointTo(finding);
    expect(await toldLater()).toEqual({ file: 'infected' });
  });
});

describe.runIf(hasClamd)('a database of clamd that changes in the middle of a scan', () => {
  it('leaves no verdict of before that would be taken for one of after', async () => {
    for (let index = 0; index < 300; index += 1) scene.write(`file-${index}`, `${index} ${clamdMarker}`);
    const database = join(scene.database, 'fault.ndb');
    writeFileSync(database, otherSignature);
    const refreshed: Promise<boolean>[] = [];
    {
      await using antivirus = await start({ clamd: 'managed' });
      const results = await scanAll(antivirus, scene, () => {
        if (refreshed.length > 0) return;
        writeFileSync(database, clamdMarkerSignature());
        refreshed.push(antivirus.room.refresh());
      });
      expect(results.filter(({ verdict }) => verdict === 'clean').length).toBeGreaterThan(0);
      expect(await Promise.all(refreshed)).toEqual([true]);
      const after = await scanAll(antivirus, scene);
      expect(after.filter(({ verdict }) => verdict !== 'infected')).toEqual([]);
    }
    const later = new Set(Object.values(await toldLater({ clamd: 'managed' })));
    // On a busy machine some were read too soon after their last change to be remembered: those are scanned again.
    expect([...later].filter((told) => !told.startsWith('infected'))).toEqual([]);
    expect(later).toContain('infected cached');
  });
});
