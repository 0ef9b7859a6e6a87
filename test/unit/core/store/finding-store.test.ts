import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePath } from '../../../../src/core/files/raw-path.ts';
import type { DatabaseFile } from '../../../../src/core/store/database-file.ts';
import type { FindingDraft } from '../../../../src/core/store/finding-rows.ts';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import { findingStateSchema, type FindingState } from '../../../../src/shared/finding.ts';
import { draftFor, historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { plansOf } from '../../../helpers/query-plans.ts';
import { finding as detection, hashOf, identityFor } from '../../../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const atMs = 1_700_000_000_500;
const later = atMs + 60_000;

interface Kept extends Disposable {
  readonly folder: TemporaryFolder;
  readonly file: DatabaseFile;
  readonly slot: StubbornSlot;
  readonly store: FindingStore;
}

function kept(options: { readonly closedKept?: number } = {}): Kept {
  const folder = temporaryFolder();
  const file = historyFile(folder.path);
  const slot = new StubbornSlot(file);
  return {
    folder,
    file,
    slot,
    store: new FindingStore(slot, options),
    [Symbol.dispose]() {
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

const everything = { states: [], job: null, before: null, limit: 1000 };

describe('a finding', () => {
  test('is kept as it was told, with the highest severity of its detections', () => {
    using home = kept();
    const detections = [detection, { ...detection, name: 'Other', severity: 'critical' as const }];
    const draft = draftFor(1, { path: '/home/caf\uDCE9', detections, note: 'why \uDCE9' });
    const recorded = home.store.record(draft, atMs);
    expect(recorded).toEqual({
      isNew: true,
      isStored: true,
      finding: {
        id: 1,
        path: '/home/caf\uDCE9',
        identity: identityFor(1),
        sha256: hashOf(1),
        size_bytes: 4096,
        verdict: 'infected',
        severity: 'critical',
        detections,
        origin: 'realtime',
        state: 'open',
        note: 'why \uFFFD',
        vault_id: null,
        found_at: 1_700_000_000.5,
        seen_at: 1_700_000_000.5,
      },
    });
    expect(home.store.get(1)).toEqual(recorded.finding);
    expect(home.store.get(2)).toBeNull();
  });

  test('needs a detection', () => {
    using home = kept();
    expect(() => home.store.record(draftFor(1, { detections: [] }))).toThrow(TypeError);
  });

  test.each<[string, Partial<FindingDraft>, boolean]>([
    ['nothing else', {}, true],
    ['the same bytes written again', { identity: identityFor(1, 5) }, true],
    ['the detections in another order', { detections: [{ ...detection, name: 'B' }, detection] }, true],
    ['no hash, but the same identity', { sha256: null }, true],
    ['other bytes', { sha256: hashOf('other') }, false],
    ['no hash, and another identity', { sha256: null, identity: identityFor(1, 5) }, false],
    ['another place', { path: '/home/someone/else' }, false],
    ['another detection', { detections: [{ ...detection, name: 'C' }] }, false],
    [
      'a detection more',
      { detections: [detection, { ...detection, name: 'B' }, { ...detection, name: 'C' }] },
      false,
    ],
  ])('seen again with %s is the same: %#', (_, changes, isSame) => {
    using home = kept();
    const first = draftFor(1, { detections: [detection, { ...detection, name: 'B' }, detection] });
    home.store.record(first, atMs);
    const { finding, isNew } = home.store.record({ ...first, ...changes }, later);
    expect({ id: finding.id, isNew, isSeen: finding.seen_at === later / 1000 }).toEqual({
      id: isSame ? 1 : 2,
      isNew: !isSame,
      isSeen: true,
    });
    expect(finding.found_at).toBe((isSame ? atMs : later) / 1000);
  });

  test('that is the same is told by its newest identity and the hash that is known', () => {
    using home = kept();
    home.store.record(draftFor(1), atMs);
    home.store.record(draftFor(1, { identity: identityFor(1, 5), sizeBytes: 5 }), later);
    const { finding } = home.store.record(draftFor(1, { identity: identityFor(1, 5), sha256: null }), later);
    expect(finding).toMatchObject({ id: 1, identity: identityFor(1, 5), sha256: hashOf(1) });
  });

  test.each<[FindingState, FindingState, FindingState | 'new']>([
    ['open', 'open', 'open'],
    ['open', 'allowed', 'allowed'],
    ['open', 'quarantined', 'quarantined'],
    ['dismissed', 'open', 'dismissed'],
    ['dismissed', 'quarantined', 'quarantined'],
    ['allowed', 'allowed', 'allowed'],
    ['allowed', 'open', 'open'],
    ['gone', 'open', 'new'],
    ['quarantined', 'open', 'new'],
    ['quarantined', 'quarantined', 'new'],
  ])('that was %s and is found again as %s: %s', (before, found, after) => {
    using home = kept();
    home.store.record(draftFor(1), atMs);
    home.store.setState(1, { state: before, note: 'because', vaultId: null }, atMs);
    const { finding, isNew } = home.store.record(draftFor(1, { state: found }), later);
    expect([isNew ? 'new' : finding.state, finding.note]).toEqual([after, before === after ? 'because' : '']);
  });

  test('that was open in the same place is gone when something else is found there', () => {
    using home = kept();
    home.store.record(draftFor(1), atMs);
    home.store.record(draftFor(2), atMs);
    home.store.record(draftFor(1, { sha256: hashOf('other') }), later);
    expect(home.store.get(1)).toMatchObject({ state: 'gone', note: expect.stringContaining('finding 3') });
    expect(home.store.get(2)).toMatchObject({ state: 'open' });
    expect(home.store.openCount()).toBe(2);
  });

  test('changes its state when told, and is found by its object in the vault', () => {
    using home = kept();
    home.store.record(draftFor(1), atMs);
    const vaultId = 'a'.repeat(32);
    const changed = home.store.setState(1, { state: 'quarantined', note: 'by policy', vaultId }, later);
    expect(changed).toMatchObject({ id: 1, state: 'quarantined', note: 'by policy', vault_id: vaultId });
    expect(changed?.seen_at).toBe(atMs / 1000);
    expect(home.store.byVaultId(vaultId)).toEqual(changed);
    expect(home.store.byVaultId('b'.repeat(32))).toBeNull();
    expect(home.store.setState(9, { state: 'gone', note: '', vaultId: null })).toBeNull();
  });
});

describe('the findings', () => {
  test('are listed newest first, by state, by job and page by page, with how many there are', () => {
    using home = kept();
    for (let number = 1; number <= 9; number += 1) {
      const state = findingStateSchema.options[number % 3] ?? 'open';
      home.store.record(draftFor(number, { state, jobId: number > 5 ? 7 : null }), atMs + number);
    }
    home.store.record(draftFor(3, { jobId: 7 }), later);
    function ids(filter: Partial<Parameters<FindingStore['list']>[0]>): readonly number[] {
      const { findings, total } = home.store.list({ ...everything, ...filter });
      return [total, ...findings.map(({ id }) => id)];
    }
    expect(ids({ limit: 3 })).toEqual([9, 9, 8, 7]);
    expect(ids({ before: 3 })).toEqual([9, 2, 1]);
    expect(ids({ states: ['open'] })).toEqual([3, 9, 6, 3]);
    expect(ids({ states: ['open', 'allowed', 'open'], before: 9, limit: 2 })).toEqual([6, 8, 6]);
    expect(ids({ states: ['gone'] })).toEqual([0]);
    expect(ids({ job: 7 })).toEqual([5, 9, 8, 7, 6, 3]);
    expect(ids({ job: 7, states: ['open'], before: 9, limit: 1 })).toEqual([3, 6]);
    expect(ids({ job: 8 })).toEqual([0]);
  });

  test('of the same content are told newest first, in whatever state, and no more than asked for', () => {
    using home = kept();
    const sha256 = hashOf('same');
    home.store.record(draftFor(1, { path: '/one', sha256 }), atMs);
    home.store.record(draftFor(2, { path: '/other' }), atMs);
    home.store.record(draftFor(3, { path: '/unread', sha256: null }), atMs);
    home.store.record(draftFor(4, { path: '/two', sha256, state: 'gone' }), later);
    function paths(limit: number): readonly string[] {
      return home.store.sameContent(sha256, limit).map(({ path }) => path);
    }
    expect(paths(10)).toEqual(['/two', '/one']);
    expect(paths(1)).toEqual(['/two']);
    expect(home.store.sameContent(hashOf('nothing'), 10)).toEqual([]);
    home.slot.answersNothing = true;
    expect(paths(10)).toEqual([]);
  });

  test('are told by the time they were found, of some severities, page by page', () => {
    using home = kept();
    const severities = ['low', 'medium', 'high', 'critical'] as const;
    for (let number = 1; number <= 8; number += 1) {
      const severity = severities[number % 4] ?? 'low';
      // Two at each moment, and the last of all with a clock that was put back.
      const found = number === 8 ? atMs - 1 : atMs + Math.floor(number / 2);
      home.store.record(draftFor(number, { detections: [detection, { ...detection, severity }] }), found);
    }
    function ids(filter: Partial<Parameters<FindingStore['recent']>[0]>): unknown {
      const page = home.store.recent({ severities: [], after: null, limit: 10, ...filter });
      return [page?.findings.map(({ id }) => id), page?.next?.id ?? null];
    }
    expect(ids({})).toEqual([[7, 6, 5, 4, 3, 2, 1, 8], null]);
    expect(ids({ limit: 3 })).toEqual([[7, 6, 5], 5]);
    expect(ids({ limit: 3, after: { foundAtMs: atMs + 2, id: 5 } })).toEqual([[4, 3, 2], 2]);
    expect(ids({ limit: 8 })).toEqual([[7, 6, 5, 4, 3, 2, 1, 8], null]);
    // The highest of its detections counts: one of each is high.
    expect(ids({ severities: ['critical', 'critical'] })).toEqual([[7, 3], null]);
    expect(ids({ severities: ['high', 'critical'], limit: 2 })).toEqual([[7, 6], 6]);
    expect(ids({ severities: ['low'] })).toEqual([[], null]);
    home.store.record(draftFor(7, { detections: [{ ...detection, severity: 'low' }] }), later);
    expect(ids({ severities: ['low'] })).toEqual([[7], null]);
    home.slot.answersNothing = true;
    expect(home.store.recent({ severities: [], after: null, limit: 1 })).toBeNull();
  });

  test('leave out what nobody wrote', () => {
    using home = kept();
    for (const number of [1, 2]) home.store.record(draftFor(number));
    home.file.writeNow((db) => db.exec(`UPDATE findings SET detections = '[]' WHERE id = 1`), null);
    expect(home.store.list(everything).findings.map(({ id }) => id)).toEqual([2]);
    expect(home.store.get(1)).toBeNull();
    // The page after it is found all the same.
    home.file.writeNow((db) => db.exec(`UPDATE findings SET detections = '[]' WHERE id = 2`), null);
    const page = home.store.recent({ severities: [], after: null, limit: 1 });
    expect([page?.findings, page?.next?.id]).toEqual([[], 2]);
  });

  test('that are open are given in turns, so that each is looked after some day', () => {
    using home = kept();
    for (const number of [1, 2, 3, 4, 5]) home.store.record(draftFor(number), atMs);
    home.store.setState(2, { state: 'dismissed', note: '', vaultId: null });
    function next(): readonly number[] {
      return home.store.openPaths(2).map(({ id }) => id);
    }
    expect([next(), next(), next(), next()]).toEqual([
      [1, 3],
      [4, 5],
      [1, 3],
      [4, 5],
    ]);
    expect(home.store.openPaths(1)).toEqual([
      { id: 1, path: '/home/someone/file-1', identity: identityFor(1) },
    ]);
  });

  test('that are closed are removed beyond those kept, the first that were closed first; open ones never', () => {
    using home = kept({ closedKept: 2 });
    for (const number of [1, 2, 3, 4, 5]) home.store.record(draftFor(number, { jobId: 3 }), atMs);
    for (const id of [4, 2, 5, 1])
      home.store.setState(id, { state: 'gone', note: '', vaultId: null }, later - id);
    expect(home.store.prune()).toBe(2);
    expect(home.store.prune()).toBe(0);
    expect(home.store.list({ ...everything, job: 3 }).findings.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(home.store.list({ ...everything, job: 3 }).total).toBe(3);
    const links = home.file.read((db) => db.prepare('SELECT count(*) FROM finding_jobs').pluck().get(), null);
    expect(links).toBe(3);
    expect(home.store.record(draftFor(6), atMs).finding.id).toBe(6);
  });

  test('wait while the database takes nothing, and are kept afterwards', () => {
    using home = kept();
    home.store.record(draftFor(1), atMs);
    home.slot.takesNothing = true;
    const first = home.store.record(draftFor(2), atMs);
    const second = home.store.record(draftFor(3), atMs);
    expect([first.isStored, second.isStored]).toEqual([false, false]);
    expect(first.finding).toMatchObject({ path: '/home/someone/file-2', severity: 'high', state: 'open' });
    expect(first.finding.id).not.toBe(second.finding.id);
    expect(home.store.get(first.finding.id)).toBeNull();
    expect(home.store.setState(1, { state: 'dismissed', note: 'n', vaultId: null })).toMatchObject({
      id: 1,
      state: 'dismissed',
      note: 'n',
    });
    home.slot.takesNothing = false;
    home.file.flush();
    expect(home.store.list(everything).findings.map(({ id, state }) => [id, state])).toEqual([
      [3, 'open'],
      [2, 'open'],
      [1, 'dismissed'],
    ]);
  });

  test('that are open are not forgotten when the database does not answer', () => {
    using home = kept();
    home.store.record(draftFor(1));
    expect(home.store.openCount()).toBe(1);
    home.slot.answersNothing = true;
    expect(home.store.openCount()).toBe(1);
  });

  test('come back exactly: paths of any bytes, detections of any text', () => {
    using home = kept();
    const text = fc.string({ unit: 'binary' });
    const path = fc.uint8Array({ minLength: 1 }).map((bytes) => decodePath(Buffer.from(bytes)));
    let number = 0;
    fc.assert(
      fc.property(path, text, text, (name, signature, value) => {
        number += 1;
        const detections = [{ ...detection, name: signature, meta: { value } }];
        const { finding } = home.store.record(draftFor(number, { path: `/${number}/${name}`, detections }));
        expect([finding.path, finding.detections]).toEqual([`/${number}/${name}`, detections]);
        expect(home.store.record(draftFor(number, { path: `/${number}/${name}`, detections })).isNew).toBe(
          false,
        );
      }),
    );
  });
});

describe('the statements of the findings', () => {
  test('go along an index, whatever is asked', () => {
    using home = kept();
    const plans = plansOf(home.file, (slot) => {
      const store = new FindingStore(slot, { closedKept: 0 });
      store.record(draftFor(1, { jobId: 1, state: 'gone' }));
      store.list(everything);
      store.list({ ...everything, job: 1 });
      store.prune();
      store.sameContent(hashOf(1), 10);
      store.recent({ severities: [], after: null, limit: 10 });
    });
    function planOf(...words: readonly string[]): string {
      const found = [...plans].filter(([sql]) => words.every((word) => sql.includes(word)));
      expect(found).toHaveLength(1);
      return found[0]?.[1] ?? '';
    }
    expect(plans.size).toBeGreaterThan(14);
    // What was found in one place is little.
    const sorting = [...plans].filter(([, plan]) => plan.includes('TEMP B-TREE')).map(([sql]) => sql);
    expect(sorting).toEqual([expect.stringContaining('WHERE path = @path AND detection_names')]);
    const scans = [...plans].filter(([, plan]) => /SCAN (?:findings|f|j)\b(?!.*COVERING)/.test(plan));
    expect(scans).toEqual([
      [expect.stringContaining('LIMIT ?'), 'SCAN findings USING INDEX findings_closed'],
    ]);
    expect(planOf('ORDER BY id DESC', 'state = ?')).toContain('INDEX findings_state (state=? AND id<?)');
    expect(planOf('ORDER BY found_at_ms DESC')).toBe(
      'SEARCH findings USING COVERING INDEX findings_severity (severity=? AND found_at_ms<?)',
    );
    expect(planOf('SELECT count(*)', 'WHERE state = ?')).toContain('COVERING INDEX findings_state (state=?)');
    expect(planOf('detection_names = @')).toContain('INDEX findings_path (path=? AND state=?)');
    expect(planOf('WHERE path = @path AND state')).toContain('INDEX findings_path (path=? AND state=?)');
    expect(planOf("state = 'open' AND id > ?")).toContain('INDEX findings_state (state=? AND id>?)');
    expect(planOf('vault_id = ? ORDER')).toContain('INDEX findings_vault_id (vault_id=?)');
    expect(planOf('sha256 = ?')).toContain('INDEX findings_sha256 (sha256=?)');
    expect(planOf('ORDER BY changed_at_ms')).toContain('INDEX findings_closed');
    expect(planOf('DELETE FROM finding_jobs')).toContain('INDEX finding_jobs_finding_id');
    expect(planOf('j.finding_id < ?')).toMatch(
      /SEARCH j USING PRIMARY KEY \(job_id=\? AND finding_id<\?\)\nSEARCH f/,
    );
  });
});
