// What a token looks like, and the only thing that is kept of it: its SHA-256.
import { hash, randomBytes } from 'node:crypto';

/** So that a token that lies where it should not is known for what it is. */
const prefix = 'vdt_';
const secretBytes = 32;
export const tokenLength = prefix.length + Math.ceil((secretBytes * 4) / 3);

export function newToken(): string {
  return prefix + randomBytes(secretBytes).toString('base64url');
}

/** A random token of 256 bits needs no slow hash: there is nothing to guess from. */
export function hashOfToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

export function isToken(text: string): boolean {
  return text.length === tokenLength && /^vdt_[\w-]+$/.test(text);
}

export function isHashOf(sha256: string, token: string): boolean {
  return hashOfToken(token).toString('hex') === sha256;
}
