// What may become of the tokens, decided and not done: from the entries that are there to those that are to be written.
import { scopes, type Scope } from '../../../shared/api-routes.ts';
import { AppError } from '../../../shared/errors.ts';
import { maxTokens, ownerName, tokenNameSchema, type TokenEntry } from './token-entry.ts';
import type { TokenChange } from './token-file.ts';
import { hashOfToken, isHashOf, newToken } from './token-secret.ts';

/** What may be told of a token. */
export type TokenFacts = Omit<TokenEntry, 'sha256'>;
type Entries = readonly TokenEntry[];

export interface WantedToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly token: string;
}

/** @throws AppError BAD_USAGE, or CALL_REFUSED for a name that is there already. */
export function withNew(entries: Entries, wanted: WantedToken): TokenChange<TokenFacts> {
  const { name, token } = wanted;
  checkName(name);
  if (wanted.scopes.length === 0) throw new AppError('BAD_USAGE', 'a token needs at least one scope');
  if (entries.some((each) => each.name === name))
    throw new AppError(
      'CALL_REFUSED',
      `there is a token ${name} already; a new one in its place: vedette token rotate ${name}`,
    );
  if (entries.length >= maxTokens)
    throw new AppError('CALL_REFUSED', `there are ${maxTokens} tokens already; revoke some of them`);
  const entry = {
    name,
    scopes: scopes.filter((scope) => wanted.scopes.includes(scope)),
    sha256: hashOfToken(token).toString('hex'),
    created_at: now(),
    rotated_at: null,
  };
  return { entries: [...entries, entry], answer: factsOf(entry) };
}

/** @throws AppError NOT_FOUND */
export function withAnother(
  entries: Entries,
  { name, token }: Pick<WantedToken, 'name' | 'token'>,
): TokenChange<TokenFacts> {
  const old = entryOf(entries, name);
  const entry = renewed(old, token);
  return {
    entries: entries.map((each) => (each === old ? entry : each)),
    answer: factsOf(entry),
    ...(name === ownerName ? { ownerToken: token } : {}),
  };
}

/** @throws AppError NOT_FOUND, or BAD_USAGE for the owner. */
export function without(entries: Entries, name: string): TokenChange<TokenFacts> {
  const gone = entryOf(entries, name);
  if (name === ownerName)
    throw new AppError(
      'BAD_USAGE',
      'the owner always has one; to make the old one worthless: vedette token rotate',
    );
  return { entries: entries.filter((each) => each !== gone), answer: factsOf(gone) };
}

export function hasOwner(entries: Entries, ownerToken: string | null): boolean {
  const entry = entries.find(({ name }) => name === ownerName);
  return entry !== undefined && ownerToken !== null && isHashOf(entry.sha256, ownerToken);
}

/** Where the entry or the plain token is lost, or they do not fit, a new token takes the place of both. */
export function withOwner(entries: Entries, ownerToken: string | null): TokenChange<null> {
  if (hasOwner(entries, ownerToken)) return { entries, answer: null };
  const token = newToken();
  const old = entries.find(({ name }) => name === ownerName);
  const made = {
    name: ownerName,
    scopes: [...scopes],
    sha256: hashOfToken(token).toString('hex'),
    created_at: now(),
    rotated_at: null,
  };
  const entry = old === undefined ? made : renewed(old, token);
  return { entries: [entry, ...entries.filter((each) => each !== old)], answer: null, ownerToken: token };
}

export function factsOf({ sha256: _sha256, ...facts }: TokenEntry): TokenFacts {
  return facts;
}

function renewed(entry: TokenEntry, token: string): TokenEntry {
  return { ...entry, sha256: hashOfToken(token).toString('hex'), rotated_at: now() };
}

function entryOf(entries: Entries, name: string): TokenEntry {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined)
    throw new AppError('NOT_FOUND', `there is no token ${name}; vedette token list shows those there are`);
  return entry;
}

function checkName(name: string): void {
  if (!tokenNameSchema.safeParse(name).success)
    throw new AppError(
      'BAD_USAGE',
      `'${name}' cannot be the name of a token: 1 to 64 letters, digits and . _ - @`,
    );
  if (name === ownerName)
    throw new AppError('BAD_USAGE', 'the owner has a token already; vedette token show says where');
}

function now(): number {
  return Math.round(Date.now()) / 1000;
}
