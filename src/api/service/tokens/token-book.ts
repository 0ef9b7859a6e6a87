// The tokens of the API: who may ask, and for what. Only hashes are kept, all of them are compared in the same time, and nobody is let in by a file that is damaged or not the user's alone.
import { timingSafeEqual } from 'node:crypto';
import type { Logger } from '../../../core/logger.ts';
import type { Scope } from '../../../shared/api-routes.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FileIdentity } from '../../../shared/scan.ts';
import type { ApiClient } from '../api-client.ts';
import {
  factsOf,
  hasOwner,
  withAnother,
  withNew,
  without,
  withOwner,
  type TokenFacts,
} from './token-changes.ts';
import type { TokenEntry } from './token-entry.ts';
import { tokenNews } from './token-news.ts';
import {
  changeTokens,
  identityInPlace,
  readOwnerToken,
  readTokens,
  tokenFiles,
  type TokenChange,
  type TokenFiles,
} from './token-file.ts';
import { hashOfToken, newToken, tokenLength } from './token-secret.ts';

export interface TokenBookOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** Each in a sentence, when the file was changed while this book is open. */
  readonly onChange?: (news: readonly string[]) => void;
  /** Monotonic. */
  readonly nowMs?: () => number;
}

export interface TokenCounts {
  readonly tokens: number;
  /** How often a token was shown that nobody has. */
  readonly refused: number;
}

interface KnownToken {
  readonly sha256: Buffer;
  readonly client: ApiClient;
}

/** Another process may have changed them. */
const lookEveryMs = 1000;

export class TokenBook {
  readonly #files: TokenFiles;
  readonly #logger: Logger;
  readonly #onChange: ((news: readonly string[]) => void) | null;
  readonly #nowMs: () => number;
  #known: readonly KnownToken[] = [];
  /** Those of the last file that could be read; one that cannot be read for a while is no change. */
  #lastRead: readonly KnownToken[] | null = null;
  #identity: FileIdentity | null = null;
  #lookedAtMs = 0;
  #problem: AppError | null = null;
  #ownerProblem: AppError | null = null;
  #said = '';
  #refused = 0;

  private constructor({ dataDir, logger, onChange, nowMs = () => performance.now() }: TokenBookOptions) {
    this.#files = tokenFiles(dataDir);
    this.#logger = logger;
    this.#onChange = onChange ?? null;
    this.#nowMs = nowMs;
  }

  /** Makes the token of the owner when there is none. Trouble with the files does not end the service: see `problem`. */
  static async open(options: TokenBookOptions): Promise<TokenBook> {
    const book = new TokenBook(options);
    try {
      await book.#ensureOwner();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      book.#ownerProblem = error;
      book.#say(error);
    }
    book.#read();
    return book;
  }

  /** Why nobody is let in, or what is wrong with the token of the owner; null when all is well. */
  get problem(): AppError | null {
    return this.#problem ?? this.#ownerProblem;
  }

  /** Where the token of the owner lies in plain. */
  get ownerFile(): string {
    return this.#files.owner;
  }

  get counts(): TokenCounts {
    return { tokens: this.#known.length, refused: this.#refused };
  }

  /** @param from address of who shows it, for the log. */
  find(token: string, from = ''): ApiClient | null {
    if (this.#nowMs() - this.#lookedAtMs >= lookEveryMs) this.#lookAgain();
    // How long a token is, is no secret.
    let client: ApiClient | null = null;
    if (token.length === tokenLength) {
      const hash = hashOfToken(token);
      client = this.#clientOf(hash);
      // One that was made this very second is good, for who uses it at once.
      if (client === null && this.#problem === null && this.#lookAgain()) client = this.#clientOf(hash);
    }
    if (client === null) this.#countRefused(from);
    return client;
  }

  /** All that are kept are compared, each in the same time. */
  #clientOf(hash: Buffer): ApiClient | null {
    let client: ApiClient | null = null;
    for (const known of this.#known) if (timingSafeEqual(known.sha256, hash)) client = known.client;
    return client;
  }

  /** For who was let in before: whether the very token is still good. One in its place, of the same name, is another. */
  has(client: ApiClient): boolean {
    if (this.#nowMs() - this.#lookedAtMs >= lookEveryMs) this.#lookAgain();
    return this.#known.some((known) => known.client === client);
  }

  /** @throws AppError FILE_UNREADABLE */
  list(): readonly TokenFacts[] {
    return this.#entries().map(factsOf);
  }

  /** @throws AppError FILE_UNREADABLE where others may read it, or there is none. */
  ownerToken(): string {
    const token = readOwnerToken(this.#files.owner);
    if (token !== null) return token;
    throw this.problem ?? new AppError('FILE_UNREADABLE', 'the token of the owner is gone; run this again');
  }

  /**
   * @param token nothing else keeps it.
   * @throws AppError BAD_USAGE, CALL_REFUSED for a name that is there, FILE_UNREADABLE, FILE_UNWRITABLE
   */
  create(name: string, scopes: readonly Scope[], token: string): Promise<TokenFacts> {
    return this.#change((entries) => withNew(entries, { name, scopes, token }));
  }

  /** The old one is worth nothing at once. @throws AppError NOT_FOUND, CALL_REFUSED, FILE_UNREADABLE, FILE_UNWRITABLE */
  rotate(name: string, token = newToken()): Promise<TokenFacts> {
    return this.#change((entries) => withAnother(entries, { name, token }));
  }

  /** @throws AppError NOT_FOUND, BAD_USAGE for the owner, CALL_REFUSED, FILE_UNREADABLE, FILE_UNWRITABLE */
  revoke(name: string): Promise<TokenFacts> {
    return this.#change((entries) => without(entries, name));
  }

  async #change(change: (entries: readonly TokenEntry[]) => TokenChange<TokenFacts>): Promise<TokenFacts> {
    const facts = await changeTokens(this.#files, change);
    this.#read();
    return facts;
  }

  async #ensureOwner(): Promise<void> {
    if (hasOwner(this.#entries(), readOwnerToken(this.#files.owner))) return;
    await changeTokens(this.#files, (entries) => withOwner(entries, readOwnerToken(this.#files.owner)));
  }

  #entries(): readonly TokenEntry[] {
    return readTokens(this.#files.tokens).entries ?? [];
  }

  /** Returns whether they were read anew: another process has changed them. */
  #lookAgain(): boolean {
    this.#lookedAtMs = this.#nowMs();
    if (this.#identity !== null && identityInPlace(this.#files.tokens) === this.#identity) return false;
    this.#read();
    return true;
  }

  #read(): void {
    this.#lookedAtMs = this.#nowMs();
    try {
      const { entries, identity } = readTokens(this.#files.tokens);
      if (entries === null)
        throw (
          this.#ownerProblem ?? new AppError('FILE_UNREADABLE', 'the tokens are gone: vedette token show')
        );
      const known = entries.map((entry) => this.#knownOf(entry));
      if (this.#lastRead !== null) this.#tell(this.#lastRead, known);
      this.#known = known;
      this.#lastRead = known;
      this.#identity = identity;
      this.#problem = null;
      if (this.#ownerProblem === null) this.#said = '';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#known = [];
      this.#identity = null;
      this.#problem = error;
      this.#say(error);
    }
  }

  #tell(before: readonly KnownToken[], after: readonly KnownToken[]): void {
    if (this.#onChange === null) return;
    const [clientsBefore, clientsAfter] = [before, after].map((known) => known.map(({ client }) => client));
    const news = tokenNews(clientsBefore ?? [], clientsAfter ?? []);
    if (news.length > 0) this.#onChange(news);
  }

  /** As long as nothing of it has changed, who shows it is the same client. */
  #knownOf({ name, sha256, scopes }: TokenEntry): KnownToken {
    const hash = Buffer.from(sha256, 'hex');
    const before = this.#lastRead?.find(
      (known) =>
        known.sha256.equals(hash) &&
        known.client.name === name &&
        known.client.scopes.size === new Set(scopes).size &&
        scopes.every((scope) => known.client.scopes.has(scope)),
    );
    return before ?? { sha256: hash, client: { name, scopes: new Set(scopes) } };
  }

  /** Once, not each second. */
  #say({ message: problem }: AppError): void {
    if (this.#said === problem) return;
    this.#said = problem;
    this.#logger.error({ problem }, 'the tokens of the API cannot be used');
  }

  #countRefused(from: string): void {
    this.#refused += 1;
    // The 1st, the 10th, the 100th of a flood; never the token, which may be a good one with a letter too many.
    if (/^10*$/.test(String(this.#refused)))
      this.#logger.warn({ from, refused: this.#refused }, 'a token of the API was refused');
  }
}
