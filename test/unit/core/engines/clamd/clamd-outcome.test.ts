// What each kind of reply means for the file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOfReply, streamLimit } from '../../../../../src/core/engines/clamd/clamd-outcome.ts';

describe('outcomeOfReply', () => {
  it('finds nothing when clamd says OK', () => {
    expect(outcomeOfReply({ kind: 'ok' })).toEqual({ kind: 'nothing' });
  });

  it.each([
    ['Win.Trojan.Agent-1', 'signature', 'high'],
    ['Eicar-Test-Signature.UNOFFICIAL', 'signature', 'high'],
    ['PUA.Win.Packer.Upx-1', 'pua', 'low'],
    ['Heuristics.Phishing.Email.SpoofedDomain', 'heuristic', 'low'],
    ['Heuristics.EncryptedOther', 'heuristic', 'low'],
    ['NotPUA.X', 'signature', 'high'],
  ])('finds %s as %s of %s severity', (name, kind, severity) => {
    expect(outcomeOfReply({ kind: 'found', signature: name })).toEqual({
      kind: 'found',
      detections: [{ engine: 'clamav', name, severity, kind, meta: {}, matches: [] }],
    });
  });

  it.each([
    ['Heuristics.Limits.Exceeded.MaxFileSize', 'clamd stopped at its limit MaxFileSize'],
    ['Heuristics.Limits.Exceeded', 'clamd stopped at its limit (which one it did not say)'],
  ])('calls %s incomplete and names the limit', (signature, detail) => {
    expect(outcomeOfReply({ kind: 'found', signature })).toEqual({
      kind: 'incomplete',
      reason: 'limits_exceeded',
      detail,
    });
  });

  it('calls what is encrypted incomplete, not infected', () => {
    expect(outcomeOfReply({ kind: 'found', signature: 'Heuristics.Encrypted.Zip' })).toEqual({
      kind: 'incomplete',
      reason: 'encrypted',
      detail: 'encrypted (Zip): clamd cannot look inside',
    });
  });

  it('calls a stream over the limit incomplete', () => {
    expect(outcomeOfReply({ kind: 'error', message: 'INSTREAM size limit exceeded.' })).toEqual(
      streamLimit(null),
    );
    expect(streamLimit(null)).toMatchObject({ kind: 'incomplete', reason: 'stream_limit' });
  });

  it('fails with what clamd said for every other error', () => {
    expect(outcomeOfReply({ kind: 'error', message: "Can't allocate memory" })).toEqual({
      kind: 'failed',
      reason: 'protocol_error',
      detail: "clamd answered with an error: Can't allocate memory",
    });
  });

  it('never finds nothing in an error or a finding', () => {
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(text, (words) => {
        expect(outcomeOfReply({ kind: 'error', message: words }).kind).not.toBe('nothing');
        expect(outcomeOfReply({ kind: 'found', signature: words }).kind).not.toBe('nothing');
      }),
    );
  });
});
