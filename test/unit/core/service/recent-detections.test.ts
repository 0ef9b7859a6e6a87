import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recentDetections } from '../../../../src/core/service/recent-detections.ts';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import {
  recentDetectionsInput,
  type RecentDetectionsInput,
} from '../../../../src/shared/service-documents.ts';
import { severitySchema } from '../../../../src/shared/verdict.ts';
import { draftFor, historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { finding as detection } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const atMs = 1_700_000_000_000;

function kept() {
  const folder = temporaryFolder();
  const file = historyFile(folder.path);
  const slot = new StubbornSlot(file);
  const store = new FindingStore(slot);
  return {
    slot,
    store,
    page: (input: Partial<RecentDetectionsInput> = {}) =>
      recentDetections(store)(recentDetectionsInput.parse(input)),
    [Symbol.dispose]() {
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('recent detections', () => {
  test('are told newest first, with a cursor as long as there are older ones', () => {
    using home = kept();
    expect(home.page()).toEqual({ detections: [], next_cursor: null });
    for (const number of [1, 2, 3]) home.store.record(draftFor(number), atMs + number);
    const first = home.page({ limit: 2 });
    expect(first).toEqual({
      detections: [home.store.get(3), home.store.get(2)],
      next_cursor: expect.stringMatching(/^[\w-]{1,100}$/),
    });
    expect(home.page({ limit: 2, cursor: first.next_cursor })).toEqual({
      detections: [home.store.get(1)],
      next_cursor: null,
    });
  });

  test.each([
    '',
    'x',
    'MTo',
    Buffer.from('2:1700000000000:1').toString('base64url'),
    Buffer.from('1:1700000000000:1:1').toString('base64url'),
    Buffer.from('1:-1:1').toString('base64url'),
    Buffer.from('1:01:1').toString('base64url'),
    Buffer.from(`1:${'9'.repeat(30)}:1`).toString('base64url'),
    Buffer.from('1:1700000000000:1').toString('base64'),
    ` ${Buffer.from('1:1700000000000:1').toString('base64url')}`,
  ])('are not told from a cursor of somebody else: %j', (cursor) => {
    using home = kept();
    expect(() => home.page({ cursor })).toThrow(expect.objectContaining({ code: 'CALL_INVALID' }));
  });

  test('are not said to have ended when the database does not answer', () => {
    using home = kept();
    home.slot.answersNothing = true;
    expect(() => home.page()).toThrow(expect.objectContaining({ code: 'CALL_FAILED' }));
  });

  test('come once each and without a gap, whatever comes meanwhile', () => {
    const severity = fc.constantFrom(...severitySchema.options);
    const before = fc.array(fc.record({ severity, ms: fc.nat(5) }), { maxLength: 25 });
    const meanwhile = fc.array(severity, { maxLength: 3 });
    const wanted = fc.subarray(severitySchema.options);
    fc.assert(
      fc.property(
        before,
        meanwhile,
        wanted,
        fc.integer({ min: 1, max: 7 }),
        (old, fresh, severities, limit) => {
          using home = kept();
          let number = 0;
          function found(of: (typeof severitySchema.options)[number], ms: number): void {
            number += 1;
            home.store.record(draftFor(number, { detections: [{ ...detection, severity: of }] }), atMs + ms);
          }
          for (const one of old) found(one.severity, one.ms);
          const expected = home.page({ severity: severities, limit: 1000 }).detections.map(({ id }) => id);
          function isWanted(of: (typeof old)[number]): boolean {
            return severities.length === 0 || severities.includes(of.severity);
          }
          expect(expected).toHaveLength(old.filter(isWanted).length);
          const told: number[] = [];
          for (let cursor: string | null | undefined; cursor !== null;) {
            const page = home.page({ severity: severities, limit, cursor: cursor ?? null });
            told.push(...page.detections.map(({ id }) => id));
            cursor = page.next_cursor;
            for (const one of fresh) found(one, 10);
          }
          expect(told).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});
