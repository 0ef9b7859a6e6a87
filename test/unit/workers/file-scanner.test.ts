// Whether all engines were given the very bytes that were hashed: only then is a verdict true of the content, whatever became of the file.
import { expect, test } from 'vitest';
import { ClamdClient } from '../../../src/core/engines/clamd/clamd-client.ts';
import { loadHashLists } from '../../../src/core/engines/hash-lists.ts';
import { identifyFile } from '../../../src/core/intake/identify-file.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { BufferPool } from '../../../src/workers/buffer-pool.ts';
import { FileScanner, type ClamdPort } from '../../../src/workers/file-scanner.ts';
import { FakeClamd, properAnswer, targetAt } from '../../helpers/fake-clamd.ts';
import { anyScope } from '../../helpers/fake-worker.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const wholeFileBytes = 1000;

async function isOneReading(content: string, clamd: ClamdPort): Promise<boolean | undefined> {
  using folder = temporaryFolder();
  const identified = identifyFile(folder.write('file', content), { maxFileSizeBytes: 1e6 });
  if (identified.kind !== 'regular') throw new TypeError('it is there');
  const scanner = new FileScanner({
    clamd,
    yara: null,
    hashLists: loadHashLists({ knownBad: [], knownGood: [] }),
    trustKnownGood: true,
    buffers: new BufferPool(1e6),
    contents: null,
    wholeFileBytes,
  });
  const result = await scanner.scan(identified.file, anyScope);
  if (result.kind !== 'verdict') throw new TypeError('nobody has changed it');
  expect(result.verdict.judgement.kind).toBe('clean');
  return result.isOneReading;
}

test.skipIf(process.platform === 'win32').each([
  ['is sent from memory', 'small', false, true],
  ['is too large for that', 'large'.repeat(300), false, undefined],
  ['is opened by clamd itself', 'small', true, undefined],
] as const)('of a file that %s', async (_how, content, acceptsPaths, told) => {
  await using fake = await FakeClamd.start({ answer: properAnswer });
  const target = { ...targetAt(fake.address), acceptsPaths };
  await using client = new ClamdClient({ target, logger: silentLogger });
  expect(await isOneReading(content, { kind: 'on', target, client })).toBe(told);
});

test('of a file that the hash alone was asked about', async () => {
  expect(await isOneReading('small', { kind: 'off' })).toBe(true);
});
