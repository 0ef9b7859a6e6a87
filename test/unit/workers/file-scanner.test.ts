// Whether all engines were given the very bytes that were hashed: only then is a verdict true of the content, whatever became of the file.
import { expect, test } from 'vitest';
import { ClamdClient } from '../../../src/core/engines/clamd/clamd-client.ts';
import { loadHashLists } from '../../../src/core/engines/hash-lists.ts';
import { identifyFile } from '../../../src/core/intake/identify-file.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { FileToScan } from '../../../src/core/pool/worker-protocol.ts';
import { BufferPool } from '../../../src/workers/buffer-pool.ts';
import { ContentMemory } from '../../../src/workers/content-memory.ts';
import { FileScanner, type ClamdPort } from '../../../src/workers/file-scanner.ts';
import { FakeClamd, properAnswer, targetAt } from '../../helpers/fake-clamd.ts';
import { anyScope } from '../../helpers/fake-worker.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const wholeFileBytes = 1000;

interface Looked {
  readonly isOneReading: boolean | undefined;
  /** Whether the same bytes under another name are known from then on. */
  readonly isKept: boolean;
}

async function look(content: string, clamd: ClamdPort, more: Partial<FileToScan> = {}): Promise<Looked> {
  using folder = temporaryFolder();
  const identified = identifyFile(folder.write('file', content), { maxFileSizeBytes: 1e6 });
  if (identified.kind !== 'regular') throw new TypeError('it is there');
  const contents = new ContentMemory(10);
  const scanner = new FileScanner({
    clamd,
    yara: null,
    hashLists: loadHashLists({ knownBad: [], knownGood: [] }),
    trustKnownGood: true,
    buffers: new BufferPool(1e6),
    contents,
    wholeFileBytes,
  });
  const result = await scanner.scan({ ...identified.file, ...more }, anyScope);
  if (result.kind !== 'verdict') throw new TypeError('nobody has changed it');
  const { judgement, sha256 } = result.verdict;
  expect(judgement.kind).toBe('clean');
  return {
    isOneReading: result.isOneReading,
    isKept: sha256 !== null && contents.recall(sha256, anyScope) !== null,
  };
}

test.skipIf(process.platform === 'win32').each([
  ['is sent from memory', 'small', false, { isOneReading: true, isKept: true }],
  ['is too large for that', 'large'.repeat(300), false, { isKept: true }],
  ['is opened by clamd itself', 'small', true, { isKept: true }],
] as const)('of a file that %s', async (_how, content, acceptsPaths, told) => {
  await using fake = await FakeClamd.start({ answer: properAnswer });
  const target = { ...targetAt(fake.address), acceptsPaths };
  await using client = new ClamdClient({ target, logger: silentLogger });
  expect(await look(content, { kind: 'on', target, client })).toEqual(told);
});

test.skipIf(process.platform === 'win32').each([
  [
    'is sent from memory, also to a clamd that opens files itself',
    'small',
    { isOneReading: true, isKept: true },
  ],
  ['is kept in no memory where it is too large for that', 'large'.repeat(300), { isKept: false }],
] as const)('of a file that may change unseen: what it holds %s', async (_how, content, told) => {
  await using fake = await FakeClamd.start({ answer: properAnswer });
  const target = { ...targetAt(fake.address), acceptsPaths: true };
  await using client = new ClamdClient({ target, logger: silentLogger });
  expect(await look(content, { kind: 'on', target, client }, { mayChangeUnseen: true })).toEqual(told);
});

test('of a file that the hash alone was asked about', async () => {
  expect(await look('small', { kind: 'off' })).toEqual({ isOneReading: true, isKept: true });
});
