// The list of quarantined files: searched, put in order, added up; names for an export.
import { describe, expect, test } from 'vitest';
import {
  exportName,
  isPlainName,
  modeText,
  orderRecords,
  searchRecords,
  totalBytes,
} from '../../../../src/renderer/pages/quarantine/record-view.ts';
import type { VaultRecord } from '../../../../src/shared/vault-record.ts';

function record(id: string, changes: Partial<VaultRecord> = {}): VaultRecord {
  return {
    id: id.repeat(32),
    state: 'stored',
    problem: '',
    path: `/home/ada/${id}.exe`,
    size_bytes: 10,
    sha256: id.repeat(64),
    mode: 0o644,
    uid: 1000,
    gid: 1000,
    mtime_ns: '0',
    detections: [],
    quarantined_at: 100,
    actor: 'user ada',
    other_links: [],
    other_link_count: 0,
    ...changes,
  };
}

const records = [
  record('a', { quarantined_at: 1, size_bytes: 30 }),
  record('b', { quarantined_at: 3, size_bytes: 30, actor: 'policy' }),
  record('c', { quarantined_at: 2, size_bytes: 5, path: '/z/0.exe' }),
];

function order(found: readonly VaultRecord[]): string {
  return found.map(({ id }) => id.charAt(0)).join('');
}

describe('orderRecords', () => {
  test.each([
    ['when', true, 'bca'],
    ['when', false, 'acb'],
    ['size', true, 'bac'],
    ['file', false, 'cab'],
    ['found', false, 'bca'],
  ] as const)('by %s, descending: %s', (column, descending, expected) => {
    expect(order(orderRecords(records, { column, descending }))).toBe(expected);
  });
});

test.each([
  ['policy', 'b'],
  ['home exe', 'ab'],
  ['', 'abc'],
  ['cccc', 'c'],
])('“%s” finds %s', (question, expected) => {
  expect(order(searchRecords(records, question))).toBe(expected);
});

test('sizes are added up', () => {
  expect(totalBytes(records)).toBe(65);
});

test.each([
  [0o100644, 'rw-r--r-- (644)'],
  [0o755, 'rwxr-xr-x (755)'],
  [0o4755, 'rwsr-xr-x (4755)'],
  [0o2644, 'rw-r-Sr-- (2644)'],
  [0o1777, 'rwxrwxrwt (1777)'],
  [0, '--------- (000)'],
])('mode %o is %s', (mode, expected) => {
  expect(modeText(mode)).toBe(expected);
});

test('an export is named by its moment', () => {
  expect(exportName(new Date(2026, 0, 31, 15, 4, 9))).toBe('vedette-quarantine-2026-01-31-150409.zip');
});

test.each([
  ['samples.zip', true],
  ['../samples.zip', false],
  ['/tmp/samples.zip', false],
  ['a\\b.zip', false],
  ['.hidden', false],
  ['..', false],
  ['', false],
  ['a\nb.zip', false],
  ['C:evil', false],
  ['trailing.', false],
  [exportName(new Date()), true],
])('%j is a plain name: %s', (name, expected) => {
  expect(isPlainName(name)).toBe(expected);
});
