// What a rule file declares, read from its source: names, metadata and private patterns, alike for every binding.
import { Buffer } from 'node:buffer';
import { type Token, tokenize } from './rule-tokens.ts';

export type MetaValue = string | number | boolean;

export interface RuleDeclaration {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly isPrivate: boolean;
  readonly tags: readonly string[];
  /** In the order of the source; a key may come twice. */
  readonly meta: readonly (readonly [string, MetaValue])[];
  /** `$a`; the sign alone when any pattern without a name is private. */
  readonly privatePatterns: readonly string[];
}

export interface RuleSource {
  readonly rules: readonly RuleDeclaration[];
  /** Modules that are imported. */
  readonly imports: readonly string[];
  /** Every word that is not in a comment or a literal: more than what is referred to, never less. */
  readonly words: ReadonlySet<string>;
  /** Words in conditions that are not the field of something. */
  readonly conditionWords: ReadonlySet<string>;
  /** Integers in metadata that JavaScript cannot hold: a binding that must hand them over fails. */
  readonly hugeIntegers: readonly Token[];
  /** A literal or a word holds what was not UTF-8. */
  readonly isDamaged: boolean;
}

/** Reads what `source` declares. Made for sources that compile; of others it gives what it can. */
export function readRuleSource(source: string): RuleSource {
  const tokens = tokenize(source);
  const rules: RuleDeclaration[] = [];
  const imports: string[] = [];
  const found = { hugeIntegers: new Array<Token>(), conditionWords: new Set<string>() };
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index];
    const following = tokens[index + 1];
    if (token?.text === 'import' && following?.kind === 'text') imports.push(textOf(following));
    if (token?.text === 'rule' && token.kind === 'word' && following?.kind === 'word') {
      const [rule, end] = readRule(tokens, index, found);
      rules.push(rule);
      index = end;
    } else index += 1;
  }
  return {
    rules,
    imports,
    words: new Set(tokens.filter((token) => token.kind === 'word').map((token) => token.text)),
    ...found,
    isDamaged: tokens.some((token) => token.text.includes('\uFFFD')),
  };
}

function readRule(
  tokens: readonly Token[],
  at: number,
  found: { readonly hugeIntegers: Token[]; readonly conditionWords: Set<string> },
): readonly [RuleDeclaration, number] {
  const modifiers = isModifier(tokens[at - 1]) ? [tokens[at - 1]?.text, tokens[at - 2]?.text] : [];
  let index = at + 2;
  const tags: string[] = [];
  while (index < tokens.length && tokens[index]?.text !== '{') {
    if (tokens[index]?.kind === 'word') tags.push(tokens[index]?.text ?? '');
    index += 1;
  }
  const meta: (readonly [string, MetaValue])[] = [];
  const privatePatterns = new Set<string>();
  let pattern: string | null = null;
  let section = '';
  index += 1;
  for (; index < tokens.length && tokens[index]?.text !== '}'; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (isSection(tokens, index)) {
      section = token.text;
      pattern = null;
    } else if (section === 'meta' && token.kind === 'word' && tokens[index + 1]?.text === '=') {
      const [value, length] = readValue(tokens, index + 2, found.hugeIntegers);
      meta.push([token.text, value]);
      index += 1 + length;
    } else if (section === 'strings' && token.kind === 'pattern') pattern = token.text;
    else if (section === 'strings' && token.text === 'private' && pattern !== null) {
      privatePatterns.add(pattern);
    } else if (section === 'condition' && token.kind === 'word' && tokens[index - 1]?.text !== '.') {
      found.conditionWords.add(token.text);
    }
  }
  const rule = {
    name: tokens[at + 1]?.text ?? '',
    isGlobal: modifiers.includes('global'),
    isPrivate: modifiers.includes('private'),
    tags,
    meta,
    privatePatterns: [...privatePatterns],
  };
  return [rule, index + 1];
}

function isModifier(token: Token | undefined): boolean {
  return token?.text === 'global' || token?.text === 'private';
}

function isSection(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== 'word' || tokens[index + 1]?.text !== ':') return false;
  return token.text === 'meta' || token.text === 'strings' || token.text === 'condition';
}

/** The value at `index` and how many tokens it takes. */
function readValue(
  tokens: readonly Token[],
  index: number,
  hugeIntegers: Token[],
): readonly [MetaValue, number] {
  const token = tokens[index];
  if (token === undefined) return ['', 0];
  if (token.text === '-') {
    const [value] = readValue(tokens, index + 1, hugeIntegers);
    return [typeof value === 'number' ? -value : `-${String(value)}`, 2];
  }
  if (token.kind === 'word')
    return [token.text === 'true' ? true : token.text === 'false' ? false : token.text, 1];
  if (token.kind === 'text') return [textOf(token), 1];
  const value = numberOf(token.text);
  if (Number.isSafeInteger(value) || token.text.includes('.')) return [value, 1];
  hugeIntegers.push(token);
  return [token.text, 1];
}

function numberOf(text: string): number {
  const plain = text.replaceAll('_', '');
  const scaled = /^([0-9]+)(KB|MB)$/.exec(plain);
  if (scaled === null) return Number(plain);
  return Number(scaled[1]) * (scaled[2] === 'KB' ? 1024 : 1024 * 1024);
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, '\\': 92 };

/** The text a literal stands for; escaped bytes that are not UTF-8 become U+FFFD. */
function textOf(token: Token): string {
  const quotes = token.text.startsWith('"""') ? 3 : 1;
  const inner = token.text.slice(quotes, -quotes);
  if (!inner.includes('\\')) return inner;
  const parts = inner.split(/(\\x[0-9a-fA-F]{2}|\\[nrt"\\])/);
  const bytes = parts.map((part) => {
    if (!part.startsWith('\\')) return Buffer.from(part);
    return Buffer.of(part[1] === 'x' ? Number.parseInt(part.slice(2), 16) : (escapes[part[1] ?? ''] ?? 0));
  });
  return Buffer.concat(bytes).toString('utf8');
}
