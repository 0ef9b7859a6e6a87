// Reads one record of clamd for one request; whatever is not exactly what clamd writes is `malformed`, never clean.
import { Buffer } from 'node:buffer';

/** Grammar as clamd 1.4 writes it, clamd(8) "COMMANDS". */
export type Reply =
  | { readonly kind: 'ok' }
  | { readonly kind: 'found'; readonly signature: string }
  | { readonly kind: 'error'; readonly message: string };

export interface Malformed {
  readonly kind: 'malformed';
  /** One sentence; holds nothing of what the peer sent that could not be printed. */
  readonly detail: string;
}

export interface NumberedRecord {
  readonly kind: 'numbered';
  readonly id: number;
  readonly rest: Buffer;
}

const maxSignatureBytes = 256;
const foundEnding = ' FOUND';
const errorEnding = ' ERROR';
const printable = /^[\x20-\x7e]+$/;
// Up to 15 digits stay exact in a number; a session ends long before.
const numbered = /^([1-9][0-9]{0,14}): /;

/** Takes the request number of an IDSESSION off a record. */
export function takeNumber(record: Buffer): NumberedRecord | Malformed {
  const digits = numbered.exec(record.toString('latin1', 0, 17))?.[1];
  if (digits === undefined) return malformed('a reply without a request number');
  return { kind: 'numbered', id: Number(digits), rest: record.subarray(digits.length + 2) };
}

/**
 * The reply in a record without number and NUL. `expectedName` is what this request was about (`stream`, or the
 * bytes of the path): it is compared, never searched for, because a file name may contain `: OK` or ` FOUND`.
 */
export function parseReply(record: Buffer, expectedName: Buffer): Reply | Malformed {
  const head = Buffer.concat([expectedName, Buffer.from(': ')]);
  const isNamed = record.subarray(0, head.length).equals(head);
  const text = (isNamed ? record.subarray(head.length) : record).toString('latin1');
  if (!printable.test(text)) return malformed('a reply that is empty or not printable ASCII');
  if (isNamed && text === 'OK') return { kind: 'ok' };
  if (isNamed && text.endsWith(foundEnding)) return parseSignature(text.slice(0, -foundEnding.length));
  if (text.endsWith(errorEnding)) return { kind: 'error', message: text.slice(0, -errorEnding.length) };
  return malformed('a reply that is not one to this request');
}

function parseSignature(signature: string): Reply | Malformed {
  const isName =
    signature !== '' &&
    signature.length <= maxSignatureBytes &&
    signature.trim() === signature &&
    signature !== '(null)';
  return isName ? { kind: 'found', signature } : malformed('a finding without a signature name');
}

function malformed(detail: string): Malformed {
  return { kind: 'malformed', detail };
}
