import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../../../src/core/files/raw-path.ts';
import type { DatabaseFile } from '../../../../src/core/store/database-file.ts';
import { EngineStartStore } from '../../../../src/core/store/engine-start-store.ts';
import { VerdictStore } from '../../../../src/core/store/verdict-store.ts';
import type { RememberedFile, StoredVerdict } from '../../../../src/shared/stored-verdict.ts';
import { engineNameSchema, severitySchema, type Detection } from '../../../../src/shared/verdict.ts';
import {
  cacheFile,
  entryFor,
  finding,
  generation,
  hashOf,
  identityFor,
  infected,
  verdictOn,
} from '../../../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

class Scene implements Disposable {
  readonly folder: TemporaryFolder = temporaryFolder();
  readonly file: DatabaseFile = cacheFile(this.folder.path);
  readonly store: VerdictStore = new VerdictStore(this.file);

  remember(...entries: readonly RememberedFile[]): void {
    for (const entry of entries) this.store.remember(entry);
    this.file.flush();
  }

  /** As somebody would who knows SQL. */
  edit(sql: string): void {
    const db = new Database(join(this.folder.path, 'cache.db'));
    db.pragma('ignore_check_constraints = ON');
    db.exec(sql);
    db.close();
  }

  rows(table: string): unknown {
    return this.file.read((db) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), null);
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}

describe('what is remembered', () => {
  test('is recalled in the order asked for, and what is not stored is null', () => {
    using scene = new Scene();
    const bad = entryFor(2, { verdict: verdictOn(hashOf(2), { judgement: infected, engines: ['yara'] }) });
    scene.remember(entryFor(1), bad);
    const wanted = [identityFor(9), identityFor(2), identityFor(1), identityFor(2)];
    const [first, second] = [entryFor(1), bad].map(({ identity, sha256, hashedAtMs, verdict }) => {
      return { identity, sha256, hashedAtMs, verdict };
    });
    expect(scene.store.recallFiles(wanted, generation)).toEqual([null, second, first, second]);
    expect(scene.store.recallFiles([], generation)).toEqual([]);
  });

  test('is recalled by content', () => {
    using scene = new Scene();
    scene.remember(entryFor(1));
    const hashes = [hashOf('unknown'), hashOf(1), 'not a hash', hashOf(1)];
    const verdict = verdictOn(hashOf(1));
    expect(scene.store.recallContents(hashes, generation)).toEqual([null, verdict, null, verdict]);
  });

  test('is there after a new start', () => {
    using scene = new Scene();
    scene.remember(entryFor(1));
    scene.file[Symbol.dispose]();
    using again = cacheFile(scene.folder.path);
    expect(new VerdictStore(again).recallFiles([identityFor(1)], generation)).toMatchObject([
      { sha256: hashOf(1), verdict: { judgement: { kind: 'clean' } } },
    ]);
  });

  test('may be a file whose content is known already', () => {
    using scene = new Scene();
    scene.remember(entryFor(1), entryFor(2, { sha256: hashOf(1), verdict: null }));
    const [file] = scene.store.recallFiles([identityFor(2)], generation);
    expect(file?.verdict).toEqual(verdictOn(hashOf(1)));
    expect(scene.store.counts()).toMatchObject({ files: 2, contents: 1 });
  });

  test('may be a content whose file nobody will ask for', () => {
    using scene = new Scene();
    scene.remember(entryFor(1), entryFor(2, { contentOnly: true }));
    expect(scene.store.recallFiles([identityFor(2)], generation)).toEqual([null]);
    expect(scene.store.recallContents([hashOf(2)], generation)).toEqual([verdictOn(hashOf(2))]);
    expect(scene.store.counts()).toMatchObject({ files: 1, contents: 2 });
    // A file that is there stays as it was.
    scene.remember(entryFor(1, { contentOnly: true, hashedAtMs: 1 }));
    expect(scene.store.recallFiles([identityFor(1)], generation)).toMatchObject([
      { hashedAtMs: entryFor(1).hashedAtMs },
    ]);
    expect([scene.rows('files'), scene.rows('contents')]).toEqual([1, 2]);
  });

  test('twice keeps its id and takes the newer values', () => {
    using scene = new Scene();
    scene.remember(entryFor(1), entryFor(2));
    const rescanned = verdictOn(hashOf('b'), { scannedAtMs: 7, scanMs: 0, engines: [] });
    scene.remember(
      entryFor(1, { path: '/renamed', hashedAtMs: 5, sha256: hashOf('b'), verdict: rescanned }),
      entryFor(1, { path: '/renamed', hashedAtMs: 6, sha256: hashOf('b'), verdict: rescanned }),
    );
    expect(scene.store.identitiesAfter(0, 10)).toEqual({
      lastId: 2,
      identities: [identityFor(1), identityFor(2)],
    });
    expect(scene.store.recallFiles([identityFor(1)], generation)).toEqual([
      { identity: identityFor(1), sha256: hashOf('b'), hashedAtMs: 6, verdict: rescanned },
    ]);
    expect(scene.store.counts()).toMatchObject({ files: 2, contents: 3 });
  });

  test('takes the place of what the same file was before it was rewritten', () => {
    using scene = new Scene();
    const neighbours = [entryFor(4), entryFor(6), entryFor(50), entryFor(55)];
    scene.remember(...neighbours, entryFor(5, { identity: identityFor(5, 1) }));
    scene.remember(entryFor(5, { identity: identityFor(5, 2), hashedAtMs: 2e12 }));
    const wanted = [identityFor(5, 1), identityFor(5, 2), ...neighbours.map(({ identity }) => identity)];
    const found = scene.store.recallFiles(wanted, generation).map((file) => file !== null);
    expect(found).toEqual([false, true, true, true, true, true]);
    expect(scene.store.counts().files).toBe(5);
    expect(scene.store.identitiesAfter(5, 10)).toEqual({ lastId: 6, identities: [identityFor(5, 2)] });
  });

  test.each(['partial', 'unscannable'])('is never %s', (kind) => {
    using scene = new Scene();
    const judgement = { kind, reason: 'too_large', detail: '' };
    const entry = entryFor(1, { verdict: Object.assign(verdictOn(hashOf(1)), { judgement }) });
    expect(() => scene.store.remember(entry)).toThrow(TypeError);
    scene.file.flush();
    expect(scene.rows('files')).toBe(0);
  });

  test('is on the content of the file', () => {
    using scene = new Scene();
    const entry = entryFor(1, { verdict: verdictOn(hashOf('other')) });
    expect(() => scene.store.remember(entry)).toThrow(TypeError);
  });

  test('that cannot be kept costs only itself', () => {
    using scene = new Scene();
    const endless = entryFor(1, { verdict: verdictOn(hashOf(1), { scanMs: NaN }) });
    const short = entryFor(2, { sha256: 'abcd', verdict: null });
    scene.remember(endless, short, entryFor(3));
    expect(scene.store.counts()).toMatchObject({ files: 1, contents: 1 });
    expect(scene.rows('files')).toBe(1);
    expect(scene.file.health.droppedWrites).toBe(2);
  });
});

describe('a verdict of another generation', () => {
  const old = 'older generation';

  test('counts only when it is a finding, and only until there is one of this', () => {
    using scene = new Scene();
    const found = verdictOn(hashOf(2), { generation: old, judgement: infected });
    scene.remember(
      entryFor(1, { verdict: verdictOn(hashOf(1), { generation: old }) }),
      entryFor(2, { verdict: found }),
    );
    const ids = [identityFor(1), identityFor(2)];
    const verdicts = scene.store.recallFiles(ids, generation).map((file) => file?.verdict);
    expect(verdicts).toEqual([null, found]);
    expect(scene.store.recallContents([hashOf(1), hashOf(2)], generation)).toEqual([null, found]);
    scene.remember(entryFor(2));
    expect(scene.store.recallFiles([identityFor(2)], generation)[0]?.verdict).toEqual(verdictOn(hashOf(2)));
  });

  test('goes when the content is scanned again and it was a finding', () => {
    using scene = new Scene();
    scene.remember(entryFor(1, { verdict: verdictOn(hashOf(1), { generation: old, judgement: infected }) }));
    scene.remember(entryFor(1));
    expect(scene.store.recallFiles([identityFor(1)], old)[0]?.verdict).toBeNull();
    expect(scene.store.counts()).toMatchObject({ files: 1, contents: 1 });
  });

  test('stays when it was clean, for whoever goes back to it', () => {
    using scene = new Scene();
    const clean = verdictOn(hashOf(1), { generation: old });
    scene.remember(entryFor(1, { verdict: clean }));
    const found = verdictOn(hashOf(1), { judgement: { kind: 'suspicious', detections: [finding] } });
    scene.remember(entryFor(1, { verdict: found }));
    expect(scene.store.recallContents([hashOf(1)], old)).toEqual([clean]);
    expect(scene.store.recallContents([hashOf(1)], generation)).toEqual([found]);
    expect(scene.store.recallContents([hashOf(1)], 'a third')).toEqual([found]);
  });

  test('is the newest finding where there are several', () => {
    using scene = new Scene();
    for (const [index, name] of ['first', 'newest', 'third'].entries()) {
      scene.remember(entryFor(1, { verdict: verdictOn(hashOf(1), { generation: name }) }));
      scene.edit(`UPDATE contents SET kind = 'infected', detections = '${JSON.stringify([finding])}',
        scanned_at_ms = ${[5, 9, 7][index]} WHERE generation = '${name}'`);
      scene.edit(`UPDATE contents SET kind = 'clean' WHERE generation <> 'none'`);
    }
    scene.edit(`UPDATE contents SET kind = 'infected'`);
    expect(scene.store.recallContents([hashOf(1)], generation)[0]?.generation).toBe('newest');
    expect(scene.store.recallContents([hashOf(1)], 'third')[0]?.generation).toBe('third');
  });
});

describe('what somebody edited so that it does not read', () => {
  test.each([
    [`UPDATE contents SET kind = 'partial'`],
    [`UPDATE contents SET kind = 'infected', detections = 'no JSON'`],
    [`UPDATE contents SET kind = 'infected', detections = '[]'`],
    [`UPDATE contents SET kind = 'infected', detections = '[{"name": "x"}]'`],
    [`UPDATE contents SET kind = 'infected', detections = NULL`],
    [`UPDATE contents SET engines = 'clamav,unheard-of'`],
    [`UPDATE contents SET engines = 'clamav,,yara'`],
  ])('%s: counts as not stored', (sql) => {
    using scene = new Scene();
    scene.remember(entryFor(1));
    scene.edit(sql);
    expect(scene.store.recallContents([hashOf(1)], generation)).toEqual([null]);
    expect(scene.store.recallFiles([identityFor(1)], generation)).toMatchObject([{ verdict: null }]);
  });

  test('is passed over in lists, and lists go on behind it', () => {
    using scene = new Scene();
    scene.remember(entryFor(1), entryFor(2), entryFor(3));
    scene.edit(`UPDATE files SET identity = 'nonsense' || id WHERE id < 3`);
    expect(scene.store.identitiesAfter(0, 1)).toEqual({ lastId: 3, identities: [identityFor(3)] });
    expect(scene.store.mostRecent(10, generation).map(({ identity }) => identity)).toEqual([identityFor(3)]);
    expect(scene.store.recentFiles(10).map(({ identity }) => identity)).toEqual([identityFor(3)]);
  });
});

describe('recent files', () => {
  test('come newest first, each path once', () => {
    using scene = new Scene();
    const path = '/replaced by another file';
    scene.remember(entryFor(1, { path }), entryFor(2), entryFor(3, { path }), entryFor(4, { hashedAtMs: 1 }));
    expect(scene.store.recentFiles(10)).toEqual([
      { path, identity: identityFor(3) },
      { path: '/home/someone/file-2', identity: identityFor(2) },
      { path: '/home/someone/file-4', identity: identityFor(4) },
    ]);
    expect(scene.store.recentFiles(1)).toHaveLength(1);
  });

  test('come with their verdicts for the memory', () => {
    using scene = new Scene();
    const found = verdictOn(hashOf(3), { generation: 'other', judgement: infected });
    const gone = verdictOn(hashOf(2), { generation: 'other' });
    scene.remember(entryFor(1), entryFor(2, { verdict: gone }), entryFor(3, { verdict: found }));
    const recent = scene.store.mostRecent(2, generation);
    expect(recent).toEqual(scene.store.recallFiles([identityFor(3), identityFor(2)], generation));
    expect(recent.map(({ verdict }) => verdict)).toEqual([found, null]);
  });
});

describe('identities', () => {
  test('are given in slices, in the order of their first storing, and no id twice', () => {
    using scene = new Scene();
    const ids = [3, 1, 2].map((inode) => identityFor(inode));
    scene.remember(entryFor(3), entryFor(1), entryFor(2));
    expect(scene.store.identitiesAfter(0, 2)).toEqual({ lastId: 2, identities: ids.slice(0, 2) });
    expect(scene.store.identitiesAfter(2, 2)).toEqual({ lastId: 3, identities: ids.slice(2) });
    expect(scene.store.identitiesAfter(3, 2)).toEqual({ lastId: 3, identities: [] });
    scene.store.clear();
    scene.remember(entryFor(2));
    expect(scene.store.identitiesAfter(3, 2)).toEqual({ lastId: 4, identities: [identityFor(2)] });
  });
});

describe('the id of the store', () => {
  test('stays with the database and changes when it is cleared or another', () => {
    using scene = new Scene();
    using other = new Scene();
    const { storeId } = scene.store;
    expect(storeId).toMatch(/^[0-9a-f]{32}$/);
    expect(scene.store.storeId).toBe(storeId);
    expect(other.store.storeId).not.toBe(storeId);
    scene.store.clear();
    expect(scene.store.storeId).toMatch(/^[0-9a-f]{32}$/);
    expect(scene.store.storeId).not.toBe(storeId);
  });
});

describe('clearing', () => {
  test('takes everything, what is queued included', () => {
    using scene = new Scene();
    scene.remember(entryFor(1));
    new EngineStartStore(scene.file).remember('key', { generation, certain: true, engines: [] });
    scene.store.remember(entryFor(2));
    expect(scene.store.clear()).toBe(true);
    expect(scene.store.counts()).toMatchObject({ files: 0, contents: 0 });
    expect(['files', 'contents', 'engine_starts'].map((table) => scene.rows(table))).toEqual([0, 0, 0]);
  });
});

function fill(scene: Scene): void {
  for (let inode = 1; inode <= 10; inode += 1) {
    const verdict = verdictOn(hashOf(inode), { scannedAtMs: inode });
    scene.remember(entryFor(inode, { hashedAtMs: inode, verdict }));
  }
}

describe('pruning', () => {
  const nothing = { hashedBeforeMs: 0, scannedBeforeMs: 0, findingsBeforeMs: 0, maxFiles: 1000 };

  test('removes files by their hashing and contents by their scan, and counts them', () => {
    using scene = new Scene();
    fill(scene);
    expect(scene.store.prune(nothing, 100)).toBe(0);
    expect(scene.store.prune({ ...nothing, hashedBeforeMs: 4, scannedBeforeMs: 3 }, 100)).toBe(5);
    expect(scene.store.counts()).toMatchObject({ files: 7, contents: 8 });
    expect([scene.rows('files'), scene.rows('contents')]).toEqual([7, 8]);
    const left = scene.store.recallFiles(
      [3, 4].map((inode) => identityFor(inode)),
      generation,
    );
    expect(left.map((file) => file !== null)).toEqual([false, true]);
  });

  test('leaves findings until their own time has come, and takes them last where there is too much', () => {
    using scene = new Scene();
    const found = { judgement: { kind: 'infected', detections: [finding] } } as const;
    for (const inode of [1, 2]) {
      const verdict = verdictOn(hashOf(inode), { ...found, scannedAtMs: inode });
      scene.remember(entryFor(inode, { hashedAtMs: inode, verdict }));
    }
    const clean = verdictOn(hashOf(3), { scannedAtMs: 3 });
    scene.remember(entryFor(3, { hashedAtMs: 3, verdict: clean }));
    expect(scene.store.prune({ ...nothing, scannedBeforeMs: 100 }, 100)).toBe(1);
    expect(scene.store.recallContents([1, 2, 3].map(hashOf), 'other').map((one) => one !== null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(scene.store.prune({ ...nothing, findingsBeforeMs: 2 }, 100)).toBe(1);
    expect(scene.store.prune({ ...nothing, maxFiles: 0 }, 100)).toBe(4);
    expect(scene.store.counts()).toMatchObject({ files: 0, contents: 0 });
  });

  test('removes the oldest of what is too much', () => {
    using scene = new Scene();
    fill(scene);
    expect(scene.store.prune({ ...nothing, maxFiles: 4 }, 100)).toBe(12);
    expect(scene.store.counts()).toMatchObject({ files: 4, contents: 4 });
    expect(scene.store.mostRecent(10, generation).map(({ identity }) => identity)).toEqual(
      [10, 9, 8, 7].map((inode) => identityFor(inode)),
    );
  });

  test('takes no more than a slice at a time, until nothing is left to do', () => {
    using scene = new Scene();
    fill(scene);
    const bounds = { hashedBeforeMs: 6, scannedBeforeMs: 6, findingsBeforeMs: 6, maxFiles: 2 };
    const slices = Array.from({ length: 7 }, () => scene.store.prune(bounds, 3));
    expect(slices).toEqual([3, 3, 3, 3, 3, 1, 0]);
    expect(scene.store.counts()).toMatchObject({ files: 2, contents: 2 });
    expect([scene.rows('files'), scene.rows('contents')]).toEqual([2, 2]);
  });
});

describe('who must tell "not stored" from "not answered"', () => {
  test('is told null when there is no database, and when what is queued does not go in', () => {
    using scene = new Scene();
    scene.remember(entryFor(1));
    expect(scene.store.askContents([hashOf(1), hashOf(2)], generation)).toEqual([verdictOn(hashOf(1)), null]);
    scene.store.remember(entryFor(2));
    expect(scene.store.askContents([hashOf(2)], generation)).toEqual([null]);
    const other = new Database(join(scene.folder.path, 'cache.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(scene.store.askContents([hashOf(2)], generation, true)).toBeNull();
    other.close();
    using missing = cacheFile(join(scene.folder.path, 'missing'));
    expect(new VerdictStore(missing).askContents([hashOf(1)], generation)).toBeNull();
  });

  test('may have all written first that was said until now', () => {
    using scene = new Scene();
    scene.store.remember(entryFor(2));
    expect(scene.store.askContents([hashOf(2)], generation, true)).toEqual([verdictOn(hashOf(2))]);
  });
});

test('without a database everything is unknown, and nothing throws', () => {
  using folder = temporaryFolder();
  using file = cacheFile(join(folder.path, 'missing'));
  const store = new VerdictStore(file);
  store.remember(entryFor(1));
  expect({
    storeId: store.storeId,
    files: store.recallFiles([identityFor(1)], generation),
    contents: store.recallContents([hashOf(1)], generation),
    recent: store.recentFiles(5),
    mostRecent: store.mostRecent(5, generation),
    identities: store.identitiesAfter(3, 5),
    counts: store.counts(),
    cleared: store.clear(),
    pruned: store.prune(
      { hashedBeforeMs: 9e15, scannedBeforeMs: 9e15, findingsBeforeMs: 9e15, maxFiles: 0 },
      100,
    ),
  }).toEqual({
    storeId: '',
    files: [null],
    contents: [null],
    recent: [],
    mostRecent: [],
    identities: { lastId: 3, identities: [] },
    counts: { files: 0, contents: 0, sizeBytes: 0 },
    cleared: false,
    pruned: 0,
  });
});

describe('whatever is remembered', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const meta = fc.dictionary(
    fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
    fc.oneof(fc.string({ unit: 'binary' }), number, fc.boolean()),
    { noNullPrototype: true },
  );
  const detection: fc.Arbitrary<Detection> = fc.record({
    engine: fc.constantFrom(...engineNameSchema.options),
    name: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    severity: fc.constantFrom(...severitySchema.options),
    kind: fc.constantFrom('signature', 'pua', 'heuristic', 'rule', 'hash'),
    meta,
    matches: fc.array(
      fc.record({ pattern: fc.string(), offset: fc.nat(), length: fc.nat(), bytes_hex: fc.string() }),
    ),
  });
  const judgement: fc.Arbitrary<StoredVerdict['judgement']> = fc.oneof(
    fc.constant({ kind: 'clean' } as const),
    fc
      .tuple(fc.constantFrom('infected', 'suspicious'), detection, fc.array(detection, { maxLength: 3 }))
      .map(([kind, first, more]): StoredVerdict['judgement'] => ({ kind, detections: [first, ...more] })),
  );
  const entry: fc.Arbitrary<RememberedFile> = fc
    .record({
      inode: fc.integer({ min: 1, max: 20 }),
      version: fc.integer({ min: 0, max: 2 }),
      content: fc.integer({ min: 0, max: 10 }),
      name: fc.uint8Array({ maxLength: 40 }),
      hashedAtMs: fc.integer({ min: 0, max: 2 ** 45 }),
      judgement,
      engines: fc.subarray([...engineNameSchema.options]),
      sizeBytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      scanMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      isKnown: fc.boolean(),
    })
    .map(({ inode, version, content, name, hashedAtMs, isKnown, ...rest }) => {
      const sha256 = hashOf(content);
      const verdict = isKnown ? null : verdictOn(sha256, { ...rest, scannedAtMs: hashedAtMs });
      const path = `/${decodePath(Buffer.from(name))}`;
      return { identity: identityFor(inode, version), path, hashedAtMs, sha256, verdict };
    });

  test('is recalled exactly: paths of any bytes, detections of any text', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        using scene = new Scene();
        scene.remember(...entries);
        const files = new Map<string, RememberedFile>();
        const contents = new Map<string, StoredVerdict>();
        for (const one of entries) {
          const inode = one.identity.split(':')[1];
          for (const known of files.keys()) {
            if (known.split(':')[1] === inode && known !== one.identity) files.delete(known);
          }
          files.set(one.identity, one);
          if (one.verdict !== null) contents.set(one.sha256, one.verdict);
        }
        const wanted = entries.map(({ identity }) => identity);
        expect(scene.store.recallFiles(wanted, generation)).toEqual(
          wanted.map((identity) => {
            const file = files.get(identity);
            if (file === undefined) return null;
            const { sha256, hashedAtMs } = file;
            return { identity, sha256, hashedAtMs, verdict: contents.get(sha256) ?? null };
          }),
        );
        const newest = scene.store.recentFiles(100);
        expect(new Set(newest.map(({ path }) => path))).toEqual(
          new Set([...files.values()].map(({ path }) => path)),
        );
        expect(scene.store.counts()).toMatchObject({ files: files.size, contents: contents.size });
      }),
      { numRuns: 60 },
    );
  });
});
