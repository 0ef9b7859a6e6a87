// A property list in XML as macOS tools print it, made into plain values; what is not well-formed is null.

export type PlistValue =
  | string
  | number
  | boolean
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

interface Tag {
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  /** What stands between this tag and the next. */
  readonly text: string;
}

const maxDepth = 32;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** https://www.apple.com/DTDs/PropertyList-1.0.dtd; dates and data stay text. */
export function parsePlist(text: string): PlistValue | null {
  const start = text.indexOf('<plist');
  if (start === -1) return null;
  const found = text.slice(start).matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>([^<]*)/gu);
  const tags = [...found].map(([, closes, name = '', isEmpty, between = '']): Tag => {
    if (closes === '/') return { name, kind: 'close', text: between };
    return { name, kind: isEmpty === '/' ? 'empty' : 'open', text: between };
  });
  const reader = new TagReader(tags);
  try {
    reader.take('plist', 'open');
    const value = readValue(reader, 0);
    reader.take('plist', 'close');
    return value;
  } catch (error) {
    if (error instanceof NotWellFormed) return null;
    throw error;
  }
}

class NotWellFormed extends Error {}

class TagReader {
  readonly #tags: readonly Tag[];
  #next = 0;

  constructor(tags: readonly Tag[]) {
    this.#tags = tags;
  }

  isAt(name: string, kind: Tag['kind']): boolean {
    const tag = this.#tags[this.#next];
    return tag?.name === name && tag.kind === kind;
  }

  take(name?: string, kind?: Tag['kind']): Tag {
    const tag = this.#tags[this.#next];
    if (tag === undefined || (name !== undefined && tag.name !== name)) throw new NotWellFormed();
    if (kind !== undefined && tag.kind !== kind) throw new NotWellFormed();
    this.#next += 1;
    return tag;
  }
}

function readValue(reader: TagReader, depth: number): PlistValue {
  if (depth > maxDepth) throw new NotWellFormed();
  const { name, kind, text } = reader.take();
  if (kind === 'close') throw new NotWellFormed();
  const isEmpty = kind === 'empty';
  switch (name) {
    case 'dict':
      return isEmpty ? {} : readDictionary(reader, depth);
    case 'array':
      return isEmpty ? [] : readArray(reader, depth);
    case 'true':
    case 'false':
      if (!isEmpty) reader.take(name, 'close');
      return name === 'true';
    case 'integer':
    case 'real':
      reader.take(name, 'close');
      return Number(text);
    case 'string':
    case 'date':
    case 'data':
      if (isEmpty) return '';
      reader.take(name, 'close');
      return decodeEntities(text);
    default:
      throw new NotWellFormed();
  }
}

function readDictionary(reader: TagReader, depth: number): PlistValue {
  // A key may be called __proto__: entries, not assignments.
  const entries: [string, PlistValue][] = [];
  while (!reader.isAt('dict', 'close')) {
    const key = decodeEntities(reader.take('key', 'open').text);
    reader.take('key', 'close');
    entries.push([key, readValue(reader, depth + 1)]);
  }
  reader.take();
  return Object.fromEntries(entries);
}

function readArray(reader: TagReader, depth: number): PlistValue {
  const values: PlistValue[] = [];
  while (!reader.isAt('array', 'close')) values.push(readValue(reader, depth + 1));
  reader.take();
  return values;
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/giu, (whole, hexadecimal, decimal, name) => {
    if (name !== undefined) return entities[String(name)] ?? whole;
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(String(hexadecimal), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
