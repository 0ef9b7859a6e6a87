import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadAt } from '../../../../src/core/engines/scan-engine.ts';
import { inspectZip, type ZipNote } from '../../../../src/core/engines/zip-directory.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { buildZip, type Member, type ZipOptions } from './build-zip.ts';

const limits = { maxFileBytes: 1000, maxScanBytes: 5000, maxFiles: 100 };

/** The same memory for every answer, as a real reader may do. */
function readerOf(file: Buffer): ReadAt {
  const shared = Buffer.alloc(1 << 20);
  return (offset, length) => {
    const part = file.subarray(offset, offset + Math.min(length, shared.length));
    shared.fill(0xee);
    part.copy(shared);
    return shared.subarray(0, part.length);
  };
}

function inspect(file: Buffer): readonly ZipNote[] {
  return inspectZip(readerOf(file), file.length, limits);
}

function reasons(members: readonly Member[], options: ZipOptions = {}): readonly string[] {
  return inspect(buildZip(members, options)).map(({ reason }) => reason);
}

function zeros(sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes);
}

describe('inspectZip on truthful archives', () => {
  it.each<[string, readonly Member[], ZipOptions]>([
    ['no members', [], {}],
    ['packed members', [{ name: 'a' }, { name: 'b/c' }], {}],
    [
      'stored members',
      [
        { name: 'a', stored: true },
        { name: 'dir/', content: zeros(0), stored: true },
      ],
      {},
    ],
    [
      'streamed members',
      [
        { name: 'a', streamed: true },
        { name: 'b', streamed: true },
      ],
      {},
    ],
    ['an empty streamed member', [{ name: 'a', streamed: true, content: zeros(0) }], {}],
    [
      'sizes left open in the header',
      [{ name: 'a', streamed: true, local: { compressed: 0xffff_ffff } }],
      {},
    ],
    ['a comment', [{ name: 'a' }], { comment: Buffer.from('PK\x05\x06 is not the end') }],
    ['zip64 records', [{ name: 'a', zip64: true }, { name: 'b' }], { zip64: true }],
    ['a program before it', [{ name: 'a' }, { name: 'b' }], { before: Buffer.from('MZ program') }],
    [
      'a program before it and zip64',
      [{ name: 'a', zip64: true }],
      { before: Buffer.from('\x7fELF'), zip64: true },
    ],
    ['a script before it', [{ name: 'a' }], { before: Buffer.from('#!/usr/bin/python3\n') }],
    ['a member of exactly the limit', [{ name: 'a', content: zeros(1000) }], {}],
    ['bytes behind it', [{ name: 'a' }], { after: Buffer.from('\n') }],
  ])('has nothing to say about %s', (_what, members, options) => {
    expect(inspect(buildZip(members, options))).toEqual([]);
  });

  it('says which member is over the size limit, by a name that is safe to show', () => {
    const zip = buildZip([
      { name: 'small' },
      { name: 'x\u202Efdp\n', content: zeros(1001) },
      { name: 'also', content: zeros(2000) },
    ]);
    expect(inspect(zip)).toEqual([
      {
        reason: 'limits_exceeded',
        detail: "member 'x\\u{202e}fdp\\n' has 1001 bytes, over the limit of 1000 (and 1 more)",
      },
    ]);
  });

  it('says that the members are too large together', () => {
    const members = Array.from({ length: 6 }, (_, index) => ({ name: `${index}`, content: zeros(900) }));
    expect(inspect(buildZip(members))).toEqual([
      { reason: 'limits_exceeded', detail: 'its members have 5400 bytes together, over the limit of 5000' },
    ]);
  });

  it('says that there are too many members', () => {
    const members = Array.from({ length: 101 }, (_, index) => ({ name: `${index}`, content: zeros(1) }));
    expect(inspect(buildZip(members))).toEqual([
      { reason: 'limits_exceeded', detail: 'it has 101 members, over the limit of 100' },
    ]);
    expect(inspect(buildZip(members.slice(1)))).toEqual([]);
  });

  it('takes 0 for no limit, as clamd does', () => {
    const zip = buildZip([{ name: 'a', content: zeros(100_000) }]);
    const none = { maxFileBytes: 0, maxScanBytes: 0, maxFiles: 0 };
    expect(inspectZip(readerOf(zip), zip.length, none)).toEqual([]);
  });

  it.each<[string, Member]>([
    ['flag bit 0', { name: 'a', flags: 1 }],
    ['strong encryption', { name: 'a', flags: 0x41 }],
    ['masked headers', { name: 'a', flags: 0x2000 }],
    ['AES', { name: 'a', method: 99 }],
    ['a flag only in the local header', { name: 'a', local: { flags: 1 } }],
  ])('says that a member is encrypted: %s', (_how, member) => {
    expect(inspect(buildZip([{ name: 'plain' }, member]))).toEqual([
      { reason: 'encrypted', detail: "encrypted member 'a'" },
    ]);
  });

  it('reads directories that are larger than what it holds at a time', () => {
    const members = Array.from({ length: 70 }, (_, index) => ({ name: `${index}`.padEnd(10_000, 'n') }));
    expect(inspect(buildZip(members))).toEqual([]);
    const last = { name: 'last'.padEnd(200, 'n'), content: zeros(1001) };
    expect(inspect(buildZip([...members, last]))).toEqual([
      {
        reason: 'limits_exceeded',
        detail: `member 'last${'n'.repeat(76)}…' has 1001 bytes, over the limit of 1000`,
      },
    ]);
  });
});

describe('inspectZip on archives that lie', () => {
  const big = zeros(2000);
  const stored = ['b', 'c'].map((name) => ({ name, stored: true, content: zeros(900) }));
  it.each<[string, readonly Member[], ZipOptions, RegExp]>([
    [
      'a smaller size in the directory',
      [{ name: 'a', content: big, told: { uncompressed: 10 } }],
      {},
      /other sizes/u,
    ],
    [
      'a size of nothing',
      [{ name: 'a', content: big, told: { uncompressed: 0, compressed: 0 } }],
      {},
      /not tell/u,
    ],
    [
      'no sizes anywhere',
      [{ name: 'a', streamed: true, told: { uncompressed: 0, compressed: 0 } }],
      {},
      /not tell/u,
    ],
    [
      'no sizes, stored',
      [{ name: 'a', stored: true, streamed: true, told: { uncompressed: 0, compressed: 0 } }],
      {},
      /not tell/u,
    ],
    ['another size in the header', [{ name: 'a', local: { uncompressed: 1 } }], {}, /other sizes/u],
    ['another method in the header', [{ name: 'a', local: { method: 0 } }], {}, /other sizes/u],
    [
      'stored with two sizes',
      [{ name: 'a', stored: true, told: { uncompressed: 3 } }],
      {},
      /two different sizes/u,
    ],
    [
      'packed larger',
      [{ name: 'a', streamed: true, told: { compressed: 1200 } }, ...stored],
      {},
      /larger packed/u,
    ],
    [
      'data over the directory',
      [{ name: 'a', streamed: true, told: { compressed: 35 } }],
      {},
      /into the directory/u,
    ],
    ['an offset outside', [{ name: 'a', told: { offset: 1_000_000 } }], {}, /outside the file/u],
    ['an offset at no header', [{ name: 'a', told: { offset: 1 } }], {}, /not where it says/u],
    ['a member in another file', [{ name: 'a', told: { disk: 1 } }], {}, /another file/u],
    ['several files', [{ name: 'a' }], { told: { disk: 1 } }, /several files/u],
    ['too many announced', [{ name: 'a' }], { told: { count: 2 } }, /announces 2/u],
    ['too few announced', [{ name: 'a' }, { name: 'b' }], { told: { count: 1 } }, /announces 1/u],
    ['a directory outside', [{ name: 'a' }], { told: { offset: 5000 } }, /outside the file/u],
    ['a shorter directory', [{ name: 'a' }, { name: 'b' }], { told: { size: 47 } }, /not count from/u],
    ['bytes before it', [{ name: 'a' }], { before: Buffer.from('PK\x03\x04') }, /not count from/u],
    ['a zip64 record that is missing', [{ name: 'a' }], { told: { offset: 0xffff_ffff } }, /zip64/u],
  ])('says so: %s', (_what, members, options, detail) => {
    expect(inspect(buildZip(members, options))).toEqual([
      { reason: 'limits_unknown', detail: expect.stringMatching(detail) },
    ]);
  });

  it('says so when the file is cut short', () => {
    const zip = buildZip([{ name: 'a' }]);
    expect(inspect(zip.subarray(0, zip.length - 1))).toEqual([
      { reason: 'limits_unknown', detail: expect.stringContaining('no directory') },
    ]);
  });

  it('says so when the directory is larger than what it looks at', () => {
    const members = Array.from({ length: 300 }, (_, index) => ({ name: `${index}`.padEnd(65_000, 'n') }));
    expect(
      inspectZip(readerOf(buildZip(members)), buildZip(members).length, { ...limits, maxFiles: 0 }),
    ).toEqual([{ reason: 'limits_unknown', detail: expect.stringContaining('too large to be checked') }]);
  });

  it('says so when there are more members than it looks at', () => {
    const count = 65_537;
    const zip = buildZip([{ name: 'a' }]);
    const local = zip.subarray(0, zip.indexOf('PK\x01\x02'));
    const entry = zip.subarray(local.length, zip.indexOf('PK\x05\x06'));
    const end = buildZip([], {
      zip64: true,
      told: { count, size: entry.length * count, offset: local.length },
    });
    const file = Buffer.concat([local, Buffer.alloc(entry.length * count, entry), end]);
    expect(inspectZip(readerOf(file), file.length, { ...limits, maxFiles: 0, maxScanBytes: 0 })).toEqual([
      { reason: 'limits_unknown', detail: expect.stringContaining('too large to be checked (65537 members') },
    ]);
  });

  it('says so, and does not read on and on, when a reader gives too little', () => {
    const zip = buildZip(Array.from({ length: 99 }, (_, index) => ({ name: `${index}`.padEnd(3000, 'n') })));
    const read = readerOf(zip);
    let reads = 0;
    function short(offset: number, length: number): Uint8Array {
      reads += 1;
      return read(offset, length > 100_000 ? 100_000 : length);
    }
    expect(inspectZip(short, zip.length, limits)).toEqual([
      { reason: 'limits_unknown', detail: expect.stringContaining('breaks off') },
    ]);
    expect(reads).toBeLessThan(99);
  });

  it('says so when reading fails or gives less than there is', () => {
    const zip = buildZip([{ name: 'a' }]);
    function failing(offset: number, length: number): Uint8Array {
      if (offset > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return zip.subarray(0, length);
    }
    const unknown = { reason: 'limits_unknown', detail: expect.any(String) };
    expect(inspectZip(failing, zip.length, limits)).toEqual([unknown]);
    expect(inspectZip(readerOf(zip), zip.length + 100_000, limits)).toEqual([unknown]);
  });

  it('finds the encrypted and the too large member of a lying archive as well', () => {
    const members = [
      { name: 'e', flags: 1 },
      { name: 'l', content: zeros(1001) },
      { name: 'x', local: { uncompressed: 1 } },
    ];
    expect(reasons(members)).toEqual(['encrypted', 'limits_exceeded', 'limits_unknown']);
  });
});

describe('inspectZip on what is no zip', () => {
  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a text with the magic inside', 'see PK\x03\x04 and PK\x05\x06'.padEnd(100)],
    ['a program', 'MZ'.padEnd(1000, '\0')],
    [
      'a program that holds the end mark by chance',
      '\x7fELF'.padEnd(500, 'x') + 'PK\x05\x06'.padEnd(500, 'x'),
    ],
    ['two letters', 'PK'],
  ])('has nothing to say about %s', (_what, text) => {
    expect(inspect(Buffer.from(text, 'latin1'))).toEqual([]);
  });

  it('reads four bytes of a large file that is no zip and carries none', () => {
    let readBytes = 0;
    function counting(_offset: number, length: number): Uint8Array {
      readBytes += length;
      return Buffer.alloc(length, 0x61);
    }
    expect(inspectZip(counting, 1e12, limits)).toEqual([]);
    expect(readBytes).toBe(4);
  });
});

describe('inspectZip on anything at all', () => {
  const member = fc.record(
    {
      name: fc.string({ unit: 'binary', maxLength: 5 }),
      stored: fc.boolean(),
      streamed: fc.boolean(),
      zip64: fc.boolean(),
      flags: fc.constantFrom(0, 1, 8, 0x40, 0x800),
      told: fc.record(
        { compressed: fc.nat(), uncompressed: fc.nat(), offset: fc.nat(), disk: fc.nat(0xffff) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name'] },
  );
  const zip = fc
    .tuple(
      fc.array(member, { maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom('', 'MZ', '#!'),
      fc.uint8Array({ maxLength: 30 }),
    )
    .map(([members, zip64, before, comment]) =>
      buildZip(members, { zip64, before: Buffer.from(before), comment: Buffer.from(comment) }),
    );
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });

  it('never throws and reads a bounded amount, whatever is damaged', () => {
    fc.assert(
      fc.property(zip, damage, fc.nat(), fc.boolean(), (whole, changes, cut, isCut) => {
        const file = Buffer.from(isCut ? whole.subarray(0, cut % (whole.length + 1)) : whole);
        for (const [at, value] of changes) if (file.length > 0) file[at % file.length] = value;
        let reads = 0;
        const read = readerOf(file);
        const notes = inspectZip(
          (offset, length) => {
            reads += 1;
            expect(
              Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0,
            ).toBe(true);
            return read(offset, length);
          },
          file.length,
          limits,
        );
        expect(reads).toBeLessThan(60);
        expect(new Set(notes.map(({ reason }) => reason)).size).toBe(notes.length);
        for (const { detail } of notes) expect(detail).not.toMatch(/\p{C}/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('never passes a member over the limit in an archive that a reader could open', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1500), { minLength: 1, maxLength: 5 }), fc.boolean(), (sizes, streamed) => {
        const file = buildZip(
          sizes.map((size, index) => ({ name: `${index}`, content: zeros(size), streamed })),
        );
        const isOver = sizes.some((size) => size > 1000) || sizes.reduce((sum, size) => sum + size) > 5000;
        expect(inspect(file).map(({ reason }) => reason)).toEqual(isOver ? ['limits_exceeded'] : []);
      }),
    );
  });
});

describe('inspectZip on archives that other programs wrote', () => {
  const large = { maxFileBytes: 1e9, maxScanBytes: 1e9, maxFiles: 10_000 };

  it.runIf(spawnSync('zip', ['-v']).status === 0)('trusts Info-ZIP: plain, streamed, encrypted', () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a.txt`, 'content '.repeat(100));
    const options = { cwd: folder.path };
    execFileSync('zip', ['-q', 'plain.zip', 'a.txt'], options);
    execFileSync('zip', ['-q', '-P', 'secret', 'encrypted.zip', 'a.txt'], options);
    const streamed = execFileSync('zip', ['-q', '-', '-'], { input: 'streamed '.repeat(100) });
    const plain = readFileSync(`${folder.path}/plain.zip`);
    const encrypted = readFileSync(`${folder.path}/encrypted.zip`);
    expect(inspectZip(readerOf(plain), plain.length, large)).toEqual([]);
    expect(inspectZip(readerOf(streamed), streamed.length, large)).toEqual([]);
    expect(inspectZip(readerOf(encrypted), encrypted.length, large)).toEqual([
      { reason: 'encrypted', detail: "encrypted member 'a.txt'" },
    ]);
  });

  const testFiles = '/usr/share/clamav-testfiles';
  it.runIf(existsSync(testFiles))('trusts every container of the ClamAV test files', () => {
    const doubted: string[] = [];
    for (const name of readdirSync(testFiles)) {
      const file = readFileSync(`${testFiles}/${name}`);
      for (const note of inspectZip(readerOf(file), file.length, large))
        doubted.push(`${name}: ${note.detail}`);
    }
    expect(doubted).toEqual([]);
  });
});
