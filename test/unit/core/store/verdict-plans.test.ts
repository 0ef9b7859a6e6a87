import { describe, expect, test } from 'vitest';
import { VerdictStore } from '../../../../src/core/store/verdict-store.ts';
import { plansOf } from '../../../helpers/query-plans.ts';
import { cacheFile, entryFor, generation, hashOf, identityFor } from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function useAll(store: VerdictStore): void {
  store.remember(entryFor(1));
  store.recallFiles([identityFor(1)], generation);
  store.recallContents([hashOf(1)], generation);
  store.prune({ hashedBeforeMs: 0, scannedBeforeMs: 0, findingsBeforeMs: 0, maxFiles: 5 }, 10);
}

describe('the statements of the verdict store', () => {
  using folder = temporaryFolder();
  using file = cacheFile(folder.path);
  const plans = plansOf(file, (slot) => useAll(new VerdictStore(slot)));

  function planOf(...words: readonly string[]): string {
    const found = [...plans].filter(([sql]) => words.every((word) => sql.includes(word)));
    expect(found).toHaveLength(1);
    return found[0]?.[1] ?? '';
  }

  test('never go through all of files or contents, but along an index to a limit', () => {
    const scans = [...plans]
      .filter(([, plan]) => /SCAN (?:files|contents|f|c)\b/.test(plan))
      .map(([sql, plan]) => ({ sql, scan: /SCAN (?:files|contents).*/.exec(plan)?.[0] }));
    expect(scans).toEqual([
      { sql: expect.stringContaining('LIMIT ?'), scan: 'SCAN files USING INDEX files_hashed_at_ms' },
      { sql: expect.stringContaining('LIMIT ?'), scan: 'SCAN files USING INDEX files_hashed_at_ms' },
    ]);
    expect(plans.size).toBeGreaterThan(15);
  });

  test('sort nothing that grows with the tables', () => {
    const sorting = [...plans].filter(([, plan]) => plan.includes('TEMP B-TREE'));
    expect(sorting).toEqual([]);
  });

  test('look files up by identity, then their contents by hash', () => {
    expect(planOf('json_each', 'CROSS JOIN files').split('\n')).toEqual([
      expect.stringContaining('SCAN k VIRTUAL TABLE'),
      'SEARCH f USING INDEX sqlite_autoindex_files_1 (identity=?)',
      'SEARCH c USING INDEX contents_sha256 (<expr>=?) LEFT-JOIN',
    ]);
  });

  test('look contents up by hash', () => {
    expect(planOf('json_each', 'CROSS JOIN contents').split('\n')).toEqual([
      expect.stringContaining('SCAN k VIRTUAL TABLE'),
      'SEARCH c USING INDEX contents_sha256 (<expr>=?)',
    ]);
  });

  test('find what a verdict takes the place of by its hash', () => {
    expect(planOf('DELETE FROM contents', ':sha256')).toBe(
      'SEARCH contents USING INDEX contents_sha256 (<expr>=?)',
    );
  });

  test('find what a file was before through the index of identities', () => {
    expect(planOf('DELETE FROM files', 'identity > ?')).toContain('(identity>? AND identity<?)');
  });

  test('find what is old by its moment, and remove it by its key', () => {
    expect(planOf('DELETE FROM files', 'hashed_at_ms')).toContain('(hashed_at_ms<?)');
    for (const [which, index] of [
      ["kind = 'clean'", 'contents_clean'],
      ["kind <> 'clean'", 'contents_findings'],
    ] as const) {
      const contents = planOf('DELETE FROM contents', 'scanned_at_ms', which);
      expect(contents).toContain('SEARCH contents USING INTEGER PRIMARY KEY (rowid=?)');
      expect(contents).toContain(`INDEX ${index} (scanned_at_ms<?)`);
    }
  });

  test('give identities along the ids', () => {
    expect(planOf('SELECT id, identity')).toBe('SEARCH files USING INTEGER PRIMARY KEY (rowid>?)');
  });
});
