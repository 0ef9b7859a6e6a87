// The reply grammar: only the exact bytes of clamd mean anything, and only its OK means clean.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReply, takeNumber } from '../../../../../src/core/engines/clamd/reply.ts';

const stream = Buffer.from('stream');

function kindOf(text: string, name = 'stream'): string {
  return parseReply(Buffer.from(text, 'latin1'), Buffer.from(name)).kind;
}

describe('parseReply', () => {
  it('reads what clamd writes', () => {
    expect(parseReply(Buffer.from('stream: OK'), stream)).toEqual({ kind: 'ok' });
    expect(parseReply(Buffer.from('stream: Win.Test FOUND'), stream)).toEqual({
      kind: 'found',
      signature: 'Win.Test',
    });
    expect(parseReply(Buffer.from('/a: Access denied. ERROR'), Buffer.from('/a'))).toEqual({
      kind: 'error',
      message: 'Access denied.',
    });
    expect(parseReply(Buffer.from('INSTREAM size limit exceeded. ERROR'), stream)).toEqual({
      kind: 'error',
      message: 'INSTREAM size limit exceeded.',
    });
  });

  it.each([
    ['nothing', ''],
    ['another name', '/etc/passwd: OK'],
    ['a name that only begins alike', 'stream2: OK'],
    ['no name', 'OK'],
    ['no space', 'stream:OK'],
    ['two spaces', 'stream:  OK'],
    ['lower case', 'stream: ok'],
    ['a space after', 'stream: OK '],
    ['a newline after', 'stream: OK\n'],
    ['two records glued together', 'stream: OKstream: OK'],
    ['two lines', 'stream: X FOUND\nstream: OK'],
    ['a null signature', 'stream: (null) FOUND'],
    ['an empty signature', 'stream:  FOUND'],
    ['a signature of one space', 'stream:   FOUND'],
    ['a signature with a space before', 'stream:  X FOUND'],
    ['a signature with a space after', 'stream: X  FOUND'],
    ['a signature of 257 bytes', `stream: ${'x'.repeat(257)} FOUND`],
    ['a finding for another name', '/other: X FOUND'],
    ['a byte above ASCII', 'stream: X\xe9 FOUND'],
    ['invalid UTF-8', '\xff\xfe'],
    ['a control character', 'stream: X\x1b[2J FOUND'],
    ['a time-out', 'COMMAND READ TIMED OUT'],
    ['an unknown command', 'UNKNOWN COMMAND'],
    ['an HTTP status', 'HTTP/1.1 400 Bad Request'],
    ['an ending only', 'ERROR'],
  ])('calls %s malformed', (_what, text) => {
    expect(kindOf(text)).toBe('malformed');
  });

  it('takes a signature of exactly 256 bytes', () => {
    expect(kindOf(`stream: ${'x'.repeat(256)} FOUND`)).toBe('found');
  });

  it('is not confused by names that imitate replies', () => {
    expect(kindOf('/a: OK: OK', '/a: OK')).toBe('ok');
    expect(kindOf('/a: OK', '/a: OK')).toBe('malformed');
    expect(kindOf('/a: X FOUND: OK', '/a')).toBe('malformed');
    expect(kindOf('/b: X FOUND', '/b: X FOUND')).toBe('malformed');
  });

  it('compares names that are not UTF-8 byte by byte', () => {
    const name = Buffer.from('/a\xff', 'latin1');
    expect(parseReply(Buffer.from('/a\xff: OK', 'latin1'), name)).toEqual({ kind: 'ok' });
    expect(parseReply(Buffer.from('/a\xfe: OK', 'latin1'), name).kind).toBe('malformed');
  });

  it('answers OK to nothing but the exact bytes, whatever comes', () => {
    const pieces = fc.constantFrom(
      'stream',
      ': ',
      'OK',
      ' ',
      'FOUND',
      ' ERROR',
      '\n',
      '1: ',
      '\xff',
      '(null)',
      'x',
    );
    const records = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.array(pieces, { maxLength: 8 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    );
    fc.assert(
      fc.property(records, (record) => {
        const isOk = parseReply(record, stream).kind === 'ok';
        expect(isOk).toBe(record.equals(Buffer.from('stream: OK')));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('takeNumber', () => {
  it('takes the number off', () => {
    expect(takeNumber(Buffer.from('12: stream: OK'))).toEqual({
      kind: 'numbered',
      id: 12,
      rest: Buffer.from('stream: OK'),
    });
  });

  it.each([
    '',
    'stream: OK',
    '0: x',
    '01: x',
    '-1: x',
    '1:x',
    ' 1: x',
    '1.5: x',
    '1e3: x',
    '1234567890123456: x',
  ])('takes none off %j', (text) => {
    expect(takeNumber(Buffer.from(text)).kind).toBe('malformed');
  });
});
