// Structured clone through text, for both ends of IPC: types and cycles survive, functions are refused.
// The function's own text also runs in the page's isolated world: it uses nothing from outside itself.
/* oxlint-disable unicorn/consistent-function-scoping -- the text of the whole function is what runs in the page */

export interface Codec {
  /** @throws as Electron does for what cannot be cloned. */
  readonly encode: (value: unknown) => string;
  readonly decode: (text: string) => unknown;
}

type Node =
  | readonly ['undefined']
  | readonly ['plain', string | boolean | number | null]
  | readonly ['number' | 'bigint', string]
  | readonly ['date', number]
  | readonly ['regexp', string, string]
  | readonly ['error', string, string, string]
  | readonly ['bytes', string, string]
  | readonly ['array' | 'set', readonly number[]]
  | readonly ['map', readonly (readonly [number, number])[]]
  | readonly ['object', readonly (readonly [string, number])[]];

export function makeCodec(): Codec {
  const refusedTag = /^(?:Promise|Weak(?:Map|Set|Ref)|Window|Text|HTML\w+)$/;

  function refuse(): never {
    throw new Error('An object could not be cloned.');
  }

  function bytesToText(bytes: Uint8Array): string {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  }

  function encodeNode(value: unknown, put: (value: unknown) => number): Node {
    if (value === undefined) return ['undefined'];
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return ['plain', value];
    if (typeof value === 'number') {
      if (Object.is(value, -0)) return ['number', '-0'];
      return Number.isFinite(value) ? ['plain', value] : ['number', String(value)];
    }
    if (typeof value === 'bigint') return ['bigint', String(value)];
    if (typeof value !== 'object') return refuse();
    if (Array.isArray(value)) return ['array', value.map(put)];
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (value instanceof Map)
      return ['map', [...value].map(([key, entry]) => [put(key), put(entry)] as const)];
    if (value instanceof Set) return ['set', [...value].map(put)];
    if (value instanceof Error) return ['error', value.name, value.message, value.stack ?? ''];
    if (value instanceof ArrayBuffer) return ['bytes', 'ArrayBuffer', bytesToText(new Uint8Array(value))];
    const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
    if (ArrayBuffer.isView(value)) {
      return ['bytes', tag, bytesToText(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
    }
    if (refusedTag.test(tag)) return refuse();
    return ['object', Object.entries(value).map(([key, entry]) => [key, put(entry)] as const)];
  }

  function encode(root: unknown): string {
    const places = new Map<unknown, number>();
    const nodes: (Node | null)[] = [];
    function put(value: unknown): number {
      const known = places.get(value);
      if (known !== undefined) return known;
      const place = nodes.length;
      places.set(value, place);
      nodes.push(null);
      nodes[place] = encodeNode(value, put);
      return place;
    }
    put(root);
    return JSON.stringify(nodes);
  }

  function decodeBytes(type: string, text: string): unknown {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    if (type === 'ArrayBuffer') return bytes.buffer;
    if (type === 'DataView') return new DataView(bytes.buffer);
    const views = [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
    ];
    const wideViews = [Float32Array, Float64Array, BigInt64Array, BigUint64Array];
    const View = [...views, ...wideViews].find(({ name }) => name === type) ?? Uint8Array;
    return new View(bytes.buffer);
  }

  function decodeError(name: string, message: string, stack: string): Error {
    const kinds = [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];
    const Kind = kinds.find((kind) => kind.name === name) ?? Error;
    const error = new Kind(message);
    error.stack = stack;
    return error;
  }

  function never(value: never): never {
    throw new Error(`not known here: ${JSON.stringify(value)}`);
  }

  function decode(text: string): unknown {
    const nodes: readonly Node[] = JSON.parse(text);
    const made = new Map<number, unknown>();
    function keep<Value>(place: number, value: Value): Value {
      made.set(place, value);
      return value;
    }
    function get(place: number): unknown {
      if (made.has(place)) return made.get(place);
      const node = nodes[place] ?? ['undefined'];
      switch (node[0]) {
        case 'undefined':
          return keep(place, undefined);
        case 'plain':
          return keep(place, node[1]);
        case 'number':
          return keep(place, Number(node[1]));
        case 'bigint':
          return keep(place, BigInt(node[1]));
        case 'date':
          return keep(place, new Date(node[1]));
        case 'regexp':
          return keep(place, new RegExp(node[1], node[2]));
        case 'error':
          return keep(place, decodeError(node[1], node[2], node[3]));
        case 'bytes':
          return keep(place, decodeBytes(node[1], node[2]));
        // What holds others is kept before they are read: they may hold it.
        case 'array': {
          const array: unknown[] = keep(place, []);
          for (const child of node[1]) array.push(get(child));
          return array;
        }
        case 'set': {
          const set = keep(place, new Set<unknown>());
          for (const child of node[1]) set.add(get(child));
          return set;
        }
        case 'map': {
          const map = keep(place, new Map<unknown, unknown>());
          for (const [key, value] of node[1]) map.set(get(key), get(value));
          return map;
        }
        case 'object': {
          const object = keep(place, {});
          const property = { writable: true, enumerable: true, configurable: true };
          for (const [key, child] of node[1]) {
            Object.defineProperty(object, key, { ...property, value: get(child) });
          }
          return object;
        }
        default:
          return never(node);
      }
    }
    return get(0);
  }

  return { encode, decode };
}
