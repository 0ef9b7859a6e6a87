import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HashLists, loadHashLists } from '../../../../src/core/engines/hash-lists.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const [one, two, three] = [sha256('1'), sha256('2'), sha256('3')];

function load(knownBad: string | Buffer, knownGood: string | Buffer = ''): HashLists {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/bad`, knownBad);
  writeFileSync(`${folder.path}/good`, knownGood);
  return loadHashLists({ knownBad: [`${folder.path}/bad`], knownGood: [`${folder.path}/good`] });
}

function loadError(knownBad: string | Buffer): unknown {
  try {
    load(knownBad);
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('a hash list', () => {
  it.each([
    ['a hash alone', one, 'Vedette.KnownBad'],
    ['a name after a space', `${one} Trojan.A`, 'Trojan.A'],
    ['a name after a comma', `${one},Trojan.A`, 'Trojan.A'],
    ['a name after both', `${one} , Trojan.A`, 'Trojan.A'],
    ['a name after a tab', `${one}\tTrojan A b`, 'Trojan A b'],
    ['spaces around', `  ${one}  Trojan.A  `, 'Trojan.A'],
    ['capital digits', `${one.toUpperCase()} A`, 'A'],
    ['a comment behind', `${one} # seen in May`, 'Vedette.KnownBad'],
    ['Windows line ends', `# list\r\n${one} A\r\n`, 'A'],
    ['a byte order mark', `\uFEFF${one} A\n`, 'A'],
    ['comments and empty lines', `# A\n\n   \n  # B\n${one} A`, 'A'],
    ['a name in another script', `${one} Вирус😀`, 'Вирус😀'],
  ])('may hold %s', (_what, text, name) => {
    expect(load(text).look(one)).toEqual({ kind: 'bad', name });
  });

  it.each([
    ['a short hash', `${one}\n${one.slice(1)}\n`, 2],
    ['a long hash', `${one}0`, 1],
    ['an MD5', 'd41d8cd98f00b204e9800998ecf8427e', 1],
    ['a digit that is none', `\n\n${one.slice(1)}g\n`, 3],
    ['no separator', `${one}Trojan`, 1],
    ['UTF-16', Buffer.from(`\uFEFF${one}`, 'utf16le'), 1],
    ['a byte order mark in the middle', `${one}\n\uFEFF${two}`, 2],
    ['a line of 5,000 characters', `${one}\n${two} ${'n'.repeat(5000)}\n`, 2],
    ['a line without end', `${one}\n${'x'.repeat(3_000_000)}`, 2],
  ])('may not hold %s, and the error names the line', (_what, text, line) => {
    expect(loadError(text)).toMatchObject({
      code: 'HASH_LIST_INVALID',
      details: { path: expect.stringMatching(/bad$/u), line },
      message: expect.stringContaining(`line ${line}:`),
    });
  });

  it('is read the same wherever the pieces in which it is read end', () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `${sha256(`${index}`)} Name.${index}\n`).join(
      '',
    );
    const lists = load(text);
    expect(lists.report().signatures).toBe(40_001);
    for (const index of [0, 1, 12_345, 13_107, 26_214, 39_999]) {
      expect(lists.look(sha256(`${index}`))).toEqual({ kind: 'bad', name: `Name.${index}` });
    }
  });

  it('that cannot be read is an error, also when it is a folder or a named pipe', () => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/folder`);
    for (const path of [`${folder.path}/gone\n`, `${folder.path}/folder`, '/dev/zero']) {
      expect(() => loadHashLists({ knownBad: [], knownGood: [path] })).toThrow(
        expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.not.stringContaining('gone\n:') }),
      );
    }
  });
});

describe('HashLists', () => {
  it('knows bad, good and unknown', () => {
    const lists = load(`${one} Trojan.A`, `${two} setup.exe`);
    expect(lists.look(one)).toEqual({ kind: 'bad', name: 'Trojan.A' });
    expect(lists.look(two)).toEqual({ kind: 'good', name: 'setup.exe' });
    expect(lists.look(three)).toEqual({ kind: 'unknown' });
  });

  it('knows the EICAR test file without any list, and no list makes it good', () => {
    const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';
    const bad = { kind: 'bad', name: 'Vedette.Test.EICAR' };
    expect(loadHashLists({ knownBad: [], knownGood: [] }).look(sha256(eicar))).toEqual(bad);
    expect(load('', sha256(eicar)).look(sha256(eicar))).toEqual(bad);
  });

  it('takes what is in both lists for bad, and says so', () => {
    const lists = load(`${one} Trojan.A`, `${one} setup.exe\n${two}`);
    expect(lists.look(one)).toEqual({ kind: 'bad', name: 'Trojan.A' });
    expect(lists.report()).toEqual({
      name: 'hash',
      state: 'ready',
      version: '',
      signatures: 3,
      detail: '2 known bad and 1 known good hashes; 1 in both lists count as bad',
    });
  });

  it('keeps the first name of a hash that comes twice', () => {
    const lists = load(`${one} First\n${one} Second`);
    expect(lists.look(one)).toEqual({ kind: 'bad', name: 'First' });
    expect(lists.report()).toMatchObject({ signatures: 2, detail: '2 known bad and 0 known good hashes' });
  });

  it('answers as an engine', () => {
    const lists = load(`${one} Trojan.A`, two);
    expect(lists.outcome(one)).toEqual({
      kind: 'found',
      detections: [
        { engine: 'hash', name: 'Trojan.A', severity: 'high', kind: 'hash', meta: {}, matches: [] },
      ],
    });
    expect(lists.outcome(two)).toEqual({ kind: 'nothing' });
    expect(lists.outcome(three)).toEqual({ kind: 'nothing' });
  });

  it('has a fingerprint that changes with every change of a list', () => {
    const fingerprints = [
      load(''),
      load(one),
      load(`${one} A`),
      load('', one),
      load(`${one}\n${two}`),
      load(one, two),
      load(two, one),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    expect(load(one, two).fingerprint).toBe(load(one, two).fingerprint);
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{16}$/u);
  });

  it.each(['', 'abc', one.slice(1), `${one}0`, 'g'.repeat(64)])('refuses to look for %j: a bug', (text) => {
    expect(() => load('').look(text)).toThrow(TypeError);
  });

  it('agrees with a Map for any keys, also when they crowd together', () => {
    const key = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      // The same first bytes: all of them want the same slot, also the last one.
      fc.nat(40).map((number) => number.toString(16).padStart(64, 'f')),
      fc.nat(40).map((number) => number.toString(16).padStart(64, '0')),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.array(key, { maxLength: 20 }), (bad, good) => {
        const lists = load(bad.join('\n'), good.join('\n'));
        const badSet = new Set(bad);
        const goodSet = new Set(good);
        for (const hash of [...bad, ...good, one]) {
          const kind = badSet.has(hash) ? 'bad' : goodSet.has(hash) ? 'good' : 'unknown';
          expect(lists.look(hash).kind).toBe(kind);
        }
      }),
    );
  });
});
