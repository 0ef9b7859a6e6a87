// Cuts YARA source into tokens, so that what stands in comments, texts, regular expressions and bytes is never taken for code.

export interface Token {
  readonly kind: 'word' | 'pattern' | 'text' | 'regex' | 'bytes' | 'number' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Kind = Token['kind'];

// Sticky, tried in this order. YARA divides with a backslash, so that a slash only ever opens a comment or a regular expression.
const shapes: readonly (readonly [Kind | 'skip', RegExp])[] = [
  ['skip', /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['text', /"""[^"]*"""|"(?:[^"\\\n]+|\\[\s\S])*"?/y],
  ['regex', /\/(?:[^/\\\n]+|\\[\s\S])*\/?[a-z]*/y],
  ['pattern', /[$#@!][A-Za-z0-9_]*/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /[0-9][A-Za-z0-9_]*(?:\.[0-9]+)?/y],
  ['symbol', /[=!<>]=|<<|>>|\.\.|[\s\S]/y],
];

// The body of a hexadecimal pattern: comments may hold a closing brace.
const bytesShape = /\{(?:[^}/]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\/)*\}?/y;

/** Every token of `source` in order. Never fails: what is not YARA gives tokens that no rule is made of. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  while (start < source.length) {
    const [kind, end] = next(source, start, tokens.at(-1));
    if (kind !== 'skip') tokens.push({ kind, text: source.slice(start, end), start, end });
    start = end;
  }
  return tokens;
}

function next(source: string, start: number, before: Token | undefined): [Kind | 'skip', number] {
  // Only a pattern is declared as `= {`; the brace that opens a rule follows its name or tags.
  if (source[start] === '{' && before?.kind === 'symbol' && before.text === '=') {
    return ['bytes', endOf(bytesShape, source, start) ?? source.length];
  }
  for (const [kind, shape] of shapes) {
    const end = endOf(shape, source, start);
    if (end !== null) return [kind, end];
  }
  return ['symbol', start + 1];
}

function endOf(shape: RegExp, source: string, start: number): number | null {
  shape.lastIndex = start;
  return shape.test(source) ? shape.lastIndex : null;
}
