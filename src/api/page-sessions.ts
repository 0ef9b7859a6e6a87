// Who may use the pages in a browser: one-time tokens from the terminal, and the sessions they opened; kept as hashes, in memory only.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token from the terminal is of no use to who finds it later. */
export const tokenLifeMs = 5 * 60_000;
export const sessionIdleMs = 12 * 3_600_000;
const maxTokens = 4;
export const maxSessions = 16;
const secretBytes = 32;

interface Token {
  readonly hash: Buffer;
  readonly madeAtMs: number;
}

/** Monotonic by default: a clock that is set neither ends a session nor revives one. */
export class PageSessions {
  readonly #nowMs: () => number;
  readonly #keySecret = randomBytes(secretBytes);
  #tokens: readonly Token[] = [];
  /** From the hash of its secret to its last use; the one used longest ago first. */
  readonly #sessions = new Map<string, number>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** For one sign-in, within five minutes; the oldest of several that nobody has used goes first. */
  newToken(): string {
    const token = newSecret();
    this.#tokens = [...this.#fresh(), { hash: hashOf(token), madeAtMs: this.#nowMs() }].slice(-maxTokens);
    return token;
  }

  /** @returns the secret of a new session; null for a token that is wrong, was used or is too old. */
  redeem(token: string): string | null {
    const hash = hashOf(token);
    let match: Token | null = null;
    // All of them are compared, each in the same time: nothing is learned from how long it took.
    for (const each of this.#fresh()) if (timingSafeEqual(each.hash, hash)) match = each;
    if (match === null) return null;
    this.#tokens = this.#tokens.filter((each) => each !== match);
    const secret = newSecret();
    this.#sessions.set(idOf(secret), this.#nowMs());
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return secret;
  }

  /**
   * What a page of this session says with each request. A cookie goes to every port of this machine, where another user may
   * listen; this key stays with the pages of one port.
   */
  keyOf(secret: string): string {
    return createHmac('sha256', this.#keySecret).update(secret).digest('base64url');
  }

  /** @returns the id of the session, which counts as used now; null where there is none, or for a key of another. */
  sessionOf(secret: string, key: string): string | null {
    if (!timingSafeEqual(hashOf(key), hashOf(this.keyOf(secret)))) return null;
    const id = idOf(secret);
    return this.use(id) ? id : null;
  }

  /** @returns false when it has ended. */
  use(id: string): boolean {
    const usedAtMs = this.#sessions.get(id);
    if (usedAtMs === undefined) return false;
    this.#sessions.delete(id);
    if (this.#nowMs() - usedAtMs > sessionIdleMs) return false;
    this.#sessions.set(id, this.#nowMs());
    return true;
  }

  #fresh(): readonly Token[] {
    const now = this.#nowMs();
    return this.#tokens.filter(({ madeAtMs }) => now - madeAtMs <= tokenLifeMs);
  }
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function idOf(secret: string): string {
  return hashOf(secret).toString('base64url');
}
