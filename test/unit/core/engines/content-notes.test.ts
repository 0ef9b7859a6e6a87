// What the bytes say against a plain OK, by what is known of the clamd that said it.
import { describe, expect, it } from 'vitest';
import type { ClamdTarget } from '../../../../src/core/engines/clamd/target.ts';
import { contentNotes } from '../../../../src/core/engines/content-notes.ts';
import { buildZip } from './build-zip.ts';

const target: ClamdTarget = {
  address: { kind: 'unix', path: '/run/clamd' },
  kind: 'found',
  limits: { maxStreamBytes: 1000, maxFileBytes: 1000, maxScanBytes: 800, maxRecursion: 17, maxFiles: 100 },
  reportsLimits: true,
  reportsEncrypted: true,
  acceptsPaths: false,
};
const silent: ClamdTarget = { ...target, reportsLimits: false };
const zip = buildZip([{ name: 'a' }]);
const gzip = Buffer.from('1f8b0800000000000003', 'hex');
const text = Buffer.from('nothing packed');

function reasons(bytes: Buffer, of: ClamdTarget | null, sizeBytes = bytes.length): readonly string[] {
  return contentNotes((offset, length) => bytes.subarray(offset, offset + length), sizeBytes, of).map(
    ({ reason }) => reason,
  );
}

describe('contentNotes', () => {
  it.each([
    ['zip', zip],
    ['gzip', gzip],
  ])('trusts no OK about a %s of a clamd that does not report limits', (_name, bytes) => {
    expect(reasons(bytes, silent)).toEqual(['limits_unknown']);
    expect(reasons(bytes, target)).toEqual([]);
    expect(reasons(bytes, null)).toEqual([]);
  });

  it('has nothing to say about what is no container', () => {
    expect(reasons(text, silent)).toEqual([]);
  });

  it.each([
    [800, []],
    [801, ['limits_exceeded']],
  ])('compares %i bytes with the smaller of both limits of clamd', (sizeBytes, expected) => {
    expect(reasons(text, target, sizeBytes)).toEqual(expected);
    expect(reasons(text, null, sizeBytes)).toEqual([]);
  });
});
