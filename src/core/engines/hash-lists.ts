// Known-bad and known-good SHA-256 lists: ten million hashes fit in memory, and what is in both lists is bad.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { EngineReport } from '../../shared/engine-report.ts';
import type { Detection } from '../../shared/verdict.ts';
import { openHashList, type OpenHashList, readHashList } from './hash-list-file.ts';
import { HashTable, slotEmpty } from './hash-table.ts';
import { NameStore } from './name-store.ts';
import type { EngineOutcome } from './scan-engine.ts';

export type HashLookup =
  | { readonly kind: 'bad'; readonly name: string }
  | { readonly kind: 'good'; readonly name: string }
  | { readonly kind: 'unknown' };

export interface HashListPaths {
  readonly knownBad: readonly string[];
  readonly knownGood: readonly string[];
}

const markBad = 1;
const markGood = 2;

/** The EICAR test file, known without any list. */
const builtInBad = [
  {
    sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
    name: 'Vedette.Test.EICAR',
  },
] as const;
const unnamed = { bad: 'Vedette.KnownBad', good: 'Vedette.KnownGood' } as const;

/** 64 digits and a line end: no list holds more entries than its bytes divided by this. */
const minLineBytes = 65;
const maxTotalBytes = 8 * 1024 ** 3;

/**
 * Reads all lists, in the calling thread (about a second for a million hashes).
 * @throws AppError HASH_LIST_INVALID with file and line, or FILE_UNREADABLE.
 */
export function loadHashLists(paths: HashListPaths): HashLists {
  using lists = new DisposableStack();
  const bad = paths.knownBad.map((path) => lists.use(openHashList(path)));
  const good = paths.knownGood.map((path) => lists.use(openHashList(path)));
  return new HashLists(bad, good);
}

export class HashLists {
  /** Changes whenever the content of a list changes. */
  readonly fingerprint: string;
  readonly #table: HashTable;
  readonly #names = new NameStore();
  #badCount = 0;
  #goodCount = 0;
  #inBothCount = 0;

  constructor(bad: readonly OpenHashList[], good: readonly OpenHashList[]) {
    this.#table = new HashTable(capacityFor([...bad, ...good]));
    const digest = createHash('sha256');
    for (const { sha256, name } of builtInBad) {
      this.#add(Buffer.from(sha256, 'hex'), markBad, name);
      digest.update(`built in ${sha256} ${name}\n`);
    }
    // The bad ones first: `#add` keeps what is there.
    for (const { lists, mark } of [
      { lists: bad, mark: markBad },
      { lists: good, mark: markGood },
    ]) {
      for (const list of lists) {
        digest.update(`list ${mark} ${list.sizeBytes}\n`);
        readHashList(
          list,
          (key, name) => this.#add(key, mark, name),
          (bytes) => digest.update(bytes),
        );
      }
    }
    this.#names.seal();
    this.fingerprint = digest.digest('hex').slice(0, 16);
  }

  /** @throws TypeError when it is not 64 hexadecimal digits: a caller's bug. */
  look(sha256Hex: string): HashLookup {
    const key = Buffer.from(sha256Hex, 'hex');
    if (sha256Hex.length !== 64 || key.length !== 32) throw new TypeError('not a SHA-256 in hexadecimal');
    const mark = this.#table.markOf(key);
    if (mark === slotEmpty) return { kind: 'unknown' };
    const kind = mark === markBad ? 'bad' : 'good';
    return { kind, name: this.#names.nameOf(this.#table.valueOf(key)) || unnamed[kind] };
  }

  /** What the hash engine answers. Known good is no finding; whether it ends the scan is the caller's decision. */
  outcome(sha256Hex: string): EngineOutcome {
    const lookup = this.look(sha256Hex);
    if (lookup.kind !== 'bad') return { kind: 'nothing' };
    return { kind: 'found', detections: [badHashDetection(lookup.name)] };
  }

  report(): EngineReport {
    const counts = `${this.#badCount} known bad and ${this.#goodCount} known good hashes`;
    const inBoth = `; ${this.#inBothCount} in both lists count as bad`;
    return {
      name: 'hash',
      state: 'ready',
      version: '',
      signatures: this.#table.size,
      detail: this.#inBothCount === 0 ? counts : counts + inBoth,
    };
  }

  #add(key: Uint8Array, mark: number, name: string): void {
    const earlier = this.#table.markOf(key);
    if (earlier === slotEmpty) {
      this.#table.add(key, mark, this.#names.add(name));
      if (mark === markBad) this.#badCount += 1;
      else this.#goodCount += 1;
    } else if (earlier !== mark) {
      this.#inBothCount += 1;
    }
  }
}

/** What the hash engine says of a known-bad content. */
export function badHashDetection(name: string): Detection {
  return { engine: 'hash', name, severity: 'high', kind: 'hash', meta: {}, matches: [] };
}

function capacityFor(lists: readonly OpenHashList[]): number {
  const totalBytes = lists.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes > maxTotalBytes) {
    const message = `The hash lists hold ${totalBytes} bytes together, over the limit of ${maxTotalBytes} bytes`;
    throw new AppError('HASH_LIST_INVALID', message, { details: { totalBytes, maxTotalBytes } });
  }
  // The last line of each list may lack its line end.
  return lists.length + builtInBad.length + Math.floor(totalBytes / minLineBytes);
}
