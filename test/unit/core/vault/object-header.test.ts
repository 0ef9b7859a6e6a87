import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHeader, encodeHeader, maxHeaderBytes } from '../../../../src/core/vault/object-header.ts';
import { headerFor, sampleDetection } from './sample-object.ts';

const header = headerFor(Buffer.from('content'));

describe('the header of a vault object', () => {
  test('keeps every byte of a path', () => {
    const anyPath = fc
      .array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer({ min: 0xdc80, max: 0xdcff })), {
        minLength: 1,
      })
      .map(
        (parts) =>
          `/${parts.map((part) => (typeof part === 'number' ? String.fromCharCode(part) : part)).join('/')}`,
      );
    fc.assert(
      fc.property(anyPath, (path) => {
        const wanted = { ...header, path, other_links: [path] };
        expect(decodeHeader(encodeHeader(wanted).bytes)).toEqual(wanted);
      }),
    );
  });

  test('is the same bytes whatever the order of its fields', () => {
    const { id, path, detections, ...rest } = header;
    const turned = { detections, ...rest, path, id };
    expect(encodeHeader(turned).bytes.equals(encodeHeader(header).bytes)).toBe(true);
  });

  test.each([
    [
      'matches',
      { detections: [{ ...sampleDetection, matches: manyMatches() }] },
      { detections: [{ ...sampleDetection, matches: [] }] },
    ],
    [
      'links',
      {
        other_links: Array.from({ length: 300 }, (_, index) => `/${index}/${'x'.repeat(4000)}`),
        other_link_count: 300,
      },
      { other_link_count: 300 },
    ],
    ['detections', { detections: Array.from({ length: 50_000 }, () => sampleDetection) }, {}],
    ['meta', { detections: [{ ...sampleDetection, meta: { a: 'x'.repeat(2_000_000) } }] }, {}],
    ['a name', { detections: [{ ...sampleDetection, name: 'x'.repeat(2_000_000) }] }, {}],
    ['attributes', { xattrs: { a: 'x'.repeat(2_000_000) } }, { xattrs: {} }],
  ])('fits, however large %s would make it, and still says what it is', (_name, large, left) => {
    const { bytes, header: kept } = encodeHeader({ ...header, ...large });
    expect(bytes.length).toBeLessThanOrEqual(maxHeaderBytes);
    expect(decodeHeader(bytes)).toEqual(kept);
    expect(kept).toMatchObject({ ...left, id: header.id, path: header.path, sha256: header.sha256 });
    expect(kept.detections.length).toBeGreaterThan(0);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['deep nesting', '['.repeat(500_000)],
    ['no fields', '{}'],
    ['a size that is no whole number', encoded({ size_bytes: 1.5 })],
    ['a size beyond what is exact', encoded({ size_bytes: 1e300 })],
    ['a negative size', encoded({ size_bytes: -1 })],
    ['a hash that is none', encoded({ sha256: '..' })],
    ['a number that is a path', encoded({ id: '../../etc' })],
    ['a path that is not base64', encoded({ path: '/etc/passwd!' })],
    ['an empty path', encoded({ path: '' })],
  ])('is null for %s', (_name, text) => {
    expect(decodeHeader(Buffer.from(text))).toBeNull();
  });

  test('takes no prototype from its fields', () => {
    const text = encoded({}).replace('"xattrs":{}', '"xattrs":{"__proto__":"aGk="},"__proto__":{"evil":1}');
    const decoded = decodeHeader(Buffer.from(text));
    expect(decoded).not.toHaveProperty('evil');
    expect(Object.getPrototypeOf(decoded?.xattrs)).toBe(Object.prototype);
  });
});

function manyMatches(): typeof sampleDetection.matches {
  return Array.from({ length: 20_000 }, (_, offset) => ({
    pattern: '$a',
    offset,
    length: 2,
    bytes_hex: 'abcd',
  }));
}

function encoded(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(encodeHeader(header).bytes.toString()), ...changes });
}
