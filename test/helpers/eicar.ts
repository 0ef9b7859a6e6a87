// The EICAR test string, put together at run time: it is in no file, so that no scanner takes the sources away.
import { Buffer } from 'node:buffer';

const halves = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'] as const;

export function eicar(): Buffer {
  return Buffer.from(halves.join(''));
}

/** A line of a ClamAV `.ndb` database that finds EICAR at the beginning of any file; its name is `Eicar-Test-Signature`. */
export function eicarSignature(): string {
  return `Eicar-Test-Signature:0:0:${eicar().toString('hex')}\n`;
}
