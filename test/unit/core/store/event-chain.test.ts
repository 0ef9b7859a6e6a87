import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fileChainAnchor,
  type AnchoredRecord,
  type ChainAnchor,
} from '../../../../src/core/store/chain-anchor.ts';
import type { DatabaseFile } from '../../../../src/core/store/database-file.ts';
import { EventChain } from '../../../../src/core/store/event-chain.ts';
import { rowAfter, type EventRow } from '../../../../src/core/store/event-rows.ts';
import { historyKinds } from '../../../../src/shared/history-event.ts';
import { historyFile, noteFor, StubbornSlot } from '../../../helpers/history-file.ts';
import { plansOf } from '../../../helpers/query-plans.ts';
import { StoreProcess } from '../../../helpers/store-process.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const zeros = '0'.repeat(64);
const atMs = 1_700_000_000_123;

class MemoryAnchor implements ChainAnchor {
  record: AnchoredRecord | null = null;
  problem: Error | null = null;

  read(): AnchoredRecord | null {
    return this.record;
  }

  write(record: AnchoredRecord): void {
    if (this.problem !== null) throw this.problem;
    this.record = record;
  }
}

function appendMany(chain: EventChain, count: number): void {
  for (let number = 1; number <= count; number += 1) chain.append(noteFor(number), atMs + number);
}

/** Whoever tampers goes past the chain. */
function tamper(file: DatabaseFile, sql: string, ...values: readonly unknown[]): number {
  return file.writeNow((db) => db.prepare(sql).run(...values).changes, -1);
}

function rowsOf(file: DatabaseFile): readonly EventRow[] {
  return file.read((db) => db.prepare<[], EventRow>('SELECT * FROM events ORDER BY number').all(), []);
}

function putRows(file: DatabaseFile, rows: readonly EventRow[]): void {
  file.writeNow((db) => {
    db.exec('DELETE FROM events');
    const insert = db.prepare<[EventRow]>(
      `INSERT INTO events VALUES
      (@number, @at_ms, @kind, @actor, @text, @path, @details, @previous_hash, @hash)`,
    );
    for (const row of rows) insert.run(row);
  }, undefined);
}

function changesOf(row: EventRow, other: EventRow, text: string): readonly (() => Partial<EventRow>)[] {
  return [
    () => ({ number: row.number + 1000 }),
    () => ({ at_ms: row.at_ms + 1 }),
    () => ({ kind: row.kind === 'error' ? 'exported' : 'error' }),
    () => ({ kind: `${row.kind}\0` }),
    () => ({ actor: `${row.actor}${text}!` }),
    () => ({ text: `${text}${row.text} ` }),
    () => ({ path: row.path === null ? Buffer.alloc(0) : null }),
    () => ({ path: Buffer.from(`${String(row.path)}/`) }),
    () => ({ details: `${row.details} ` }),
    () => ({ details: '{"a":1}' }),
    () => ({ previous_hash: other.previous_hash.replace(/^./, 'x') }),
    () => ({ hash: row.hash.toUpperCase().replace(/^./, 'X') }),
  ];
}

type Mutation = (rows: readonly EventRow[]) => readonly EventRow[];

function replaced(
  rows: readonly EventRow[],
  index: number,
  change: (row: EventRow) => EventRow,
): readonly EventRow[] {
  return rows.map((row, at) => (at === index ? change(row) : row));
}

/** With hashes that fit again, from there to the end. */
function hashedAgain(rows: readonly EventRow[]): readonly EventRow[] {
  let last = { number: 0, hash: zeros };
  return rows.map(({ at_ms: rowMs, kind, actor, text, path, details }) => {
    const known = historyKinds.find((name) => name === kind) ?? 'error';
    const row = rowAfter(last, { atMs: rowMs, kind: known, actor, text, path, details });
    last = row;
    return row;
  });
}

function numbered(rows: readonly EventRow[]): readonly EventRow[] {
  return rows.map((row, index) => ({ ...row, number: index + 1 }));
}

const count = 9;
const place = fc.nat({ max: count - 1 });
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 11 }), fc.string({ unit: 'binary' })).map(
    ([index, which, text]): Mutation =>
      (rows) =>
        replaced(rows, index, (row) => ({
          ...row,
          ...changesOf(row, rows[0] ?? row, text.toWellFormed())[which]?.(),
        })),
  ),
  place.map(
    (index): Mutation =>
      (rows) =>
        rows.toSpliced(index, 1),
  ),
  place.map(
    (index): Mutation =>
      (rows) =>
        numbered(rows.toSpliced(index, 1)),
  ),
  place.map(
    (index): Mutation =>
      (rows) =>
        hashedAgain(rows.toSpliced(index, 1)),
  ),
  place.map(
    (index): Mutation =>
      (rows) =>
        rows.slice(0, index),
  ),
  fc
    .tuple(place, place)
    .filter(([one, other]) => one !== other)
    .map(([one, other]): Mutation => (rows) => {
      const [a, b] = [rows[one], rows[other]];
      if (a === undefined || b === undefined) throw new Error('no such row');
      return numbered(rows.with(one, b).with(other, a));
    }),
  fc.tuple(place, place).map(
    ([index, from]): Mutation =>
      (rows) =>
        numbered(rows.toSpliced(index, 0, ...rows.slice(from, from + 1))),
  ),
  // After the last it would be a record like any other.
  fc.nat({ max: count - 2 }).map(
    (index): Mutation =>
      (rows) =>
        hashedAgain(rows.toSpliced(index, 0, ...rows.slice(index, index + 1))),
  ),
  place.map(
    (index): Mutation =>
      (rows) =>
        hashedAgain(replaced(rows, index, (row) => ({ ...row, text: `${row.text}!` }))),
  ),
);

const intact = { intact: true, broken_at: null, problem: '' };

describe('the history', () => {
  test('numbers its records from one and ties each to the one before it', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file);
    const first = chain.append(noteFor(1), atMs);
    const second = chain.append({ kind: 'snoozed', actor: 'user eve', text: 'Paused.' }, atMs + 1);
    expect(first).toEqual({
      number: 1,
      at: 1_700_000_000.123,
      kind: 'detection',
      actor: 'system',
      text: 'Something was found, number 1.',
      path: '/home/someone/file-1',
      details: { engines: ['clamav', 'yara'], number: 1 },
      previous_hash: zeros,
      hash: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(second).toMatchObject({ number: 2, path: null, details: {}, previous_hash: first?.hash });
    expect(chain.list({ kinds: [], before: null, limit: 10 })).toEqual([second, first]);
    expect(chain.verify()).toEqual({ ...intact, records: 2, first_number: 1 });
  });

  test('keeps names of any bytes, and text that a database cannot hold as text that it can', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file);
    const path = '/home/caf\uDCE9/\uFFFD\n';
    const event = chain.append(noteFor(1, { path, text: `Found in ${path}`, details: { path } }), atMs);
    expect(event).toMatchObject({ path, details: { path }, text: 'Found in /home/caf\uFFFD/\uFFFD\n' });
    expect(chain.list({ kinds: [], before: null, limit: 1 })).toEqual([event]);
    expect(chain.verify().intact).toBe(true);
  });

  test('keeps no more of a text or of details than has a place', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file);
    const event = chain.append(noteFor(1, { text: 'x'.repeat(5000), details: { all: 'y'.repeat(70_000) } }));
    expect(event?.text).toHaveLength(4000);
    expect(event?.details).toEqual({ left_out: '70010 characters of details' });
    expect(chain.verify().intact).toBe(true);
  });

  test('gives the newest first, of all kinds or of some, page by page', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file);
    for (let number = 1; number <= 12; number += 1) {
      chain.append(noteFor(number, { kind: historyKinds[number % 3] ?? 'error' }), atMs);
    }
    function numbers(...[filter]: Parameters<EventChain['list']>): readonly number[] {
      return chain.list(filter).map(({ number }) => number);
    }
    const [detection, quarantined] = historyKinds;
    expect(numbers({ kinds: [], before: null, limit: 3 })).toEqual([12, 11, 10]);
    expect(numbers({ kinds: [], before: 3, limit: 3 })).toEqual([2, 1]);
    expect(numbers({ kinds: [detection, quarantined, detection], before: 11, limit: 4 })).toEqual([
      10, 9, 7, 6,
    ]);
    expect(numbers({ kinds: ['restored'], before: null, limit: 9 })).toEqual([]);
  });

  test('leaves out of a list what nobody wrote, and gives the rest', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file);
    appendMany(chain, 3);
    tamper(file, `UPDATE events SET kind = 'nonsense' WHERE number = 2`);
    expect(chain.list({ kinds: [], before: null, limit: 9 }).map(({ number }) => number)).toEqual([3, 1]);
  });

  test('writes later, with its own time, what the database does not take now', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    const chain = new EventChain(slot, new MemoryAnchor());
    chain.append(noteFor(1), atMs);
    slot.takesNothing = true;
    expect(chain.append(noteFor(2), atMs + 5)).toBeNull();
    slot.takesNothing = false;
    expect(chain.append(noteFor(3), atMs + 9)).toMatchObject({ number: 3 });
    expect(chain.list({ kinds: [], before: null, limit: 9 }).map(({ at }) => at * 1000 - atMs)).toEqual([
      9, 5, 0,
    ]);
    expect(chain.verify()).toMatchObject({ intact: true, records: 3 });
  });

  test('is not called intact when it cannot be read', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    slot.answersNothing = true;
    expect(new EventChain(slot).verify()).toMatchObject({
      intact: false,
      problem: expect.stringContaining('read'),
    });
  });

  test('does not fork when two processes write to it at once', async () => {
    using folder = temporaryFolder();
    const anchorFile = join(folder.path, 'anchor.json');
    using file = historyFile(folder.path);
    const program = `
      const { EventChain } = await import(process.cwd() + '/src/core/store/event-chain.ts');
      const { fileChainAnchor } = await import(process.cwd() + '/src/core/store/chain-anchor.ts');
      using store = openStore({ folder: args[0], logger });
      const chain = new EventChain(store.history, fileChainAnchor(args[1]));
      console.log('ready');
      process.stdin.once('data', () => {
        for (let number = 0; number < 150; number += 1)
          chain.append({ kind: 'error', actor: 'system', text: args[2] + number });
        store[Symbol.dispose]();
        process.exit(0);
      });
      await new Promise(() => {});`;
    await using one = new StoreProcess(program, [folder.path, anchorFile, 'one']);
    await using other = new StoreProcess(program, [folder.path, anchorFile, 'other']);
    await Promise.all([one.line(), other.line()]);
    for (const writer of [one, other]) writer.tell('go');
    expect(await Promise.all([one.end(), other.end()])).toEqual([0, 0]);
    const chain = new EventChain(file, fileChainAnchor(anchorFile));
    expect(chain.verify()).toEqual({ ...intact, records: 300, first_number: 1 });
    const writers = chain
      .list({ kinds: [], before: null, limit: 300 })
      .map(({ text }) => text.replace(/\d+/, ''));
    expect(new Set(writers)).toEqual(new Set(['one', 'other']));
  });

  test('goes along an index, whatever is asked', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const plans = plansOf(file, (slot) => {
      const chain = new EventChain(slot, new MemoryAnchor(), { newestKept: 1 });
      appendMany(chain, 3);
      chain.list({ kinds: [], before: 3, limit: 1 });
      chain.list({ kinds: ['error'], before: 3, limit: 1 });
      chain.prune();
    });
    const all = [...plans].map(([sql, plan]) => `${sql}: ${plan}`).join('\n');
    expect(plans.size).toBeGreaterThan(10);
    expect(all).not.toContain('TEMP B-TREE');
    expect([...plans.values()].filter((plan) => plan.endsWith('SCAN events'))).toHaveLength(3);
    expect(all).toMatch(
      /kind = \? AND number < \?.*SEARCH events USING COVERING INDEX events_kind \(kind=\? AND number<\?\)/,
    );
    expect(all).toMatch(/WHERE number < \? ORDER.*SEARCH events USING INTEGER PRIMARY KEY \(rowid<\?\)/);
  });
});

describe('pruning', () => {
  test('removes the oldest, and the rest still verifies and says where it begins', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    const chain = new EventChain(file, anchor, { newestKept: 4 });
    appendMany(chain, 10);
    expect(chain.prune()).toBe(6);
    expect(chain.prune()).toBe(0);
    expect(chain.verify()).toEqual({ ...intact, records: 4, first_number: 7 });
    expect(chain.append(noteFor(11))).toMatchObject({ number: 11 });
    expect(chain.verify()).toMatchObject({ intact: true, records: 5 });
  });

  test('does not hide that the first of what is left, or all of it, is gone', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const chain = new EventChain(file, null, { newestKept: 4 });
    appendMany(chain, 10);
    chain.prune();
    tamper(file, 'DELETE FROM events WHERE number = 7');
    expect(chain.verify()).toMatchObject({ intact: false, broken_at: 7, problem: 'Record 7 is missing.' });
    tamper(file, 'DELETE FROM events');
    expect(chain.verify()).toMatchObject({ intact: false, broken_at: 7, records: 0, first_number: null });
  });
});

describe('a history that was tampered with', () => {
  test('is found out, whichever single thing was done to it', () => {
    using home = temporaryFolder();
    using file = historyFile(home.path);
    const chain = new EventChain(file, new MemoryAnchor());
    appendMany(chain, count - 1);
    chain.append({ kind: 'snoozed', actor: 'user \uFFFD', text: '' }, atMs);
    const rows = rowsOf(file);
    expect(chain.verify()).toEqual({ ...intact, records: count, first_number: 1 });
    fc.assert(
      fc.property(mutations, (mutate) => {
        putRows(file, mutate(rows));
        const { intact: isIntact, broken_at: brokenAt, problem } = chain.verify();
        expect(isIntact).toBe(false);
        expect(brokenAt).toBeGreaterThan(0);
        expect(problem).not.toBe('');
      }),
      { numRuns: 400 },
    );
    putRows(file, rows);
    expect(chain.verify().intact).toBe(true);
  });

  test.each([
    ['a changed text', `UPDATE events SET text = 'nothing' WHERE number = 4`, 4, 'not as it was written'],
    ['a removed record', 'DELETE FROM events WHERE number = 4', 4, 'Record 4 is missing'],
    ['a removed end', 'DELETE FROM events WHERE number > 4', 5, 'from number 5 to 6'],
    ['an end removed altogether', 'DELETE FROM events', 1, 'from number 1 to 6'],
    [
      'a text that is no UTF-8',
      `UPDATE events SET actor = CAST(x'75ff' AS TEXT) WHERE number = 2`,
      2,
      'not as',
    ],
    ['another beginning', `UPDATE chain_start SET number = 1`, 2, 'not as it was written'],
    ['another hash to begin with', `UPDATE chain_start SET hash = 'x'`, 1, 'does not follow'],
    ['another name', `UPDATE chain_start SET chain = 'x'`, 7, 'begun anew'],
  ])('says what and where: %s', (_, sql, brokenAt, problem) => {
    using home = temporaryFolder();
    using file = historyFile(home.path);
    const chain = new EventChain(file, new MemoryAnchor());
    appendMany(chain, 6);
    expect(tamper(file, sql)).toBeGreaterThan(0);
    expect(chain.verify()).toMatchObject({
      intact: false,
      broken_at: brokenAt,
      problem: expect.stringContaining(problem),
    });
  });

  test('is found out where its beginning was moved past some, as if age had removed them', () => {
    using home = temporaryFolder();
    using file = historyFile(home.path);
    const chain = new EventChain(file, new MemoryAnchor());
    appendMany(chain, 6);
    tamper(
      file,
      'UPDATE chain_start SET (number, hash) = (SELECT number, hash FROM events WHERE number = 4)',
    );
    tamper(file, 'DELETE FROM events WHERE number <= 4');
    expect(chain.verify()).toEqual({
      intact: false,
      records: 2,
      first_number: 5,
      broken_at: 4,
      problem: 'The records up to number 4 are gone, and not by age: the newest 100,000 are always kept.',
    });
  });

  test('is found out where bytes that are no text look like the text that was there', () => {
    using home = temporaryFolder();
    using file = historyFile(home.path);
    const chain = new EventChain(file);
    chain.append(noteFor(1, { text: '\uFFFD' }));
    const read = file.read((db) => db.prepare(`SELECT CAST(x'f09080' AS TEXT)`).pluck().get(), null);
    expect(read).toBe('\uFFFD');
    expect(chain.verify().intact).toBe(true);
    tamper(file, `UPDATE events SET text = CAST(x'f09080' AS TEXT)`);
    expect(chain.verify()).toMatchObject({ intact: false, broken_at: 1 });
  });

  test('goes on when its beginning is gone, and stays found out', () => {
    using home = temporaryFolder();
    using file = historyFile(home.path);
    const chain = new EventChain(file, new MemoryAnchor());
    appendMany(chain, 3);
    tamper(file, 'DELETE FROM chain_start');
    expect(chain.verify()).toMatchObject({ intact: false });
    expect(chain.append(noteFor(4))).toMatchObject({ kind: 'detection', number: 5 });
    expect(chain.verify()).toMatchObject({ intact: false, broken_at: 4 });
  });
});

describe('the anchor of a history', () => {
  test('is a file of the user alone that holds the last record', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchorFile = join(folder.path, 'anchor.json');
    const chain = new EventChain(file, fileChainAnchor(anchorFile));
    appendMany(chain, 2);
    expect(statSync(anchorFile).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(anchorFile, 'utf8'))).toEqual({
      chain: expect.stringMatching(/^[\da-f]{32}$/),
      number: 2,
      hash: rowsOf(file)[1]?.hash,
    });
    writeFileSync(anchorFile, 'nonsense');
    expect(fileChainAnchor(anchorFile).read()).toBeNull();
    expect(chain.verify()).toMatchObject({
      intact: false,
      broken_at: 3,
      problem: expect.stringContaining('gone'),
    });
  });

  test('is not missed before the first record, nor where none is kept', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    expect(new EventChain(file, new MemoryAnchor()).verify()).toEqual({
      ...intact,
      records: 0,
      first_number: null,
    });
    appendMany(new EventChain(file), 1);
    expect(new EventChain(file).verify().intact).toBe(true);
  });

  test('that lags behind, as after a kill, is no break', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    const chain = new EventChain(file, anchor, { newestKept: 1 });
    appendMany(chain, 2);
    const earlier = anchor.record;
    appendMany(chain, 3);
    anchor.record = earlier;
    expect(chain.verify().intact).toBe(true);
    expect(chain.prune()).toBe(4);
    expect(chain.verify().intact).toBe(true);
    expect(chain.append(noteFor(6))).toMatchObject({ number: 6 });
    expect(anchor.record).toMatchObject({ number: 6 });
  });

  test('makes the history itself tell of a removed end, once, and for as long as that is kept', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    const chain = new EventChain(file, anchor);
    appendMany(chain, 5);
    tamper(file, 'DELETE FROM events WHERE number > 3');
    expect(chain.append(noteFor(6), atMs)).toMatchObject({ number: 5, kind: 'detection' });
    expect(chain.append(noteFor(7), atMs)).toMatchObject({ number: 6 });
    expect(chain.list({ kinds: ['error'], before: null, limit: 9 })).toMatchObject([
      {
        number: 4,
        actor: 'system',
        text: expect.stringContaining('from number 4 to 5'),
        details: { chain_break: 'removed' },
      },
    ]);
    expect(anchor.record).toMatchObject({ number: 6 });
    expect(chain.verify()).toMatchObject({
      intact: false,
      broken_at: 4,
      problem: expect.stringContaining('4 to 5'),
    });
    tamper(file, 'DELETE FROM events WHERE number = 6');
    expect(chain.append(noteFor(8), atMs)).toMatchObject({ number: 7 });
    expect(chain.list({ kinds: ['error'], before: null, limit: 9 }).map(({ number }) => number)).toEqual([
      6, 4,
    ]);
  });

  test('tells of a database that was set aside and begun anew', () => {
    using folder = temporaryFolder();
    const anchor = new MemoryAnchor();
    using file = historyFile(folder.path);
    const chain = new EventChain(file, anchor);
    appendMany(chain, 5);
    file.read(() => {
      throw new Database.SqliteError('as if', 'SQLITE_CORRUPT');
    }, null);
    expect(chain.verify()).toMatchObject({
      intact: false,
      records: 0,
      problem: expect.stringContaining('begun anew: records up to number 5'),
    });
    expect(chain.append(noteFor(6))).toMatchObject({ number: 2 });
    expect(chain.verify()).toMatchObject({ intact: false, records: 2, broken_at: 1 });
  });

  test('that cannot be written is told, adds nothing to the history, and mends by itself', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    const chain = new EventChain(file, anchor);
    anchor.problem = new Error('no room');
    appendMany(chain, 4);
    expect(chain.anchorProblem).toContain('no room');
    expect(rowsOf(file).map(({ kind }) => kind)).toEqual([
      'detection',
      'detection',
      'detection',
      'detection',
    ]);
    anchor.problem = null;
    chain.append(noteFor(5));
    expect(chain.anchorProblem).toBe('');
    expect(anchor.record).toMatchObject({ number: 5 });
  });

  test('is not moved over an end that was removed since the last record', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    const slot = new StubbornSlot(file);
    const chain = new EventChain(slot, anchor);
    appendMany(chain, 3);
    const before = anchor.record;
    slot.afterWriteNow = () => tamper(file, 'DELETE FROM events WHERE number > 1');
    chain.append(noteFor(4));
    expect(anchor.record).toEqual(before);
    expect(chain.verify()).toMatchObject({ intact: false, broken_at: 2 });
  });

  test('that was removed is told once by the history itself, also while it cannot be written again', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const anchor = new MemoryAnchor();
    appendMany(new EventChain(file, anchor), 2);
    anchor.record = null;
    anchor.problem = new Error('no room');
    appendMany(new EventChain(file, anchor), 2);
    const kinds = ['detection', 'detection', 'error', 'detection', 'detection'];
    expect(rowsOf(file).map(({ kind }) => kind)).toEqual(kinds);
    anchor.problem = null;
    appendMany(new EventChain(file, anchor), 2);
    expect(rowsOf(file).map(({ kind }) => kind)).toEqual([...kinds, 'detection', 'detection']);
    expect(anchor.record).toMatchObject({ number: 7 });
  });
});
