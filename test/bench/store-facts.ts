// Measures the verdict store: `node test/bench/store-facts.ts [ROWS]`, 100,000 rows unless told; 5000000 takes minutes and 4 GB.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/core/logger.ts';
import { openContentReader } from '../../src/core/store/content-reader.ts';
import { openStore } from '../../src/core/store/store.ts';
import { identityOf } from '../../src/core/files/file-identity.ts';
import type { FileIdentity } from '../../src/shared/scan.ts';

const rows = Number(process.argv[2] ?? 100_000);
const generation = '0123456789abcdef';
const keysAtOnce = 256;
const folder = mkdtempSync(join(tmpdir(), 'vedette-store-'));

function identity(index: number): FileIdentity {
  const timeNs = 1_700_000_000_000_000_000n + BigInt(index) * 1_000_003n;
  return identityOf({
    dev: 2049n,
    ino: 1_000_000n + BigInt(index),
    size: 4096n,
    mtimeNs: timeNs,
    ctimeNs: timeNs,
  });
}

function sha256(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex');
}

function randomKeys(beyond: number): readonly number[] {
  return Array.from({ length: keysAtOnce }, () => beyond + (randomBytes(4).readUInt32LE() % rows));
}

/** Operations a second on the clock and of processor time, which others on the machine do not lessen. */
function measure(what: string, calls: number, keysPerCall: number, work: () => void): void {
  let longestMs = 0;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const callMs = performance.now();
    work();
    longestMs = Math.max(longestMs, performance.now() - callMs);
  }
  const totalMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const [perSecond, perCpuSecond] = [totalMs, (user + system) / 1000].map((ms) =>
    Math.round((calls * keysPerCall * 1000) / ms)
      .toLocaleString('en')
      .padStart(11),
  );
  console.log(
    `${what.padEnd(30)} ${perSecond} /s ${perCpuSecond} /s of CPU   longest call ${longestMs.toFixed(1)} ms`,
  );
}

try {
  const store = openStore({ folder, logger: silentLogger });
  const { verdicts } = store;
  let next = 0;
  measure(`remember, ${rows} files`, Math.ceil(rows / 500), 500, () => {
    for (let count = 0; count < 500; count += 1) {
      const hash = sha256(next);
      verdicts.remember({
        identity: identity(next),
        path: `/home/someone/projects/number-${next % 1000}/source/file-${next}.txt`,
        hashedAtMs: 1_700_000_000_000 + next,
        sha256: hash,
        verdict: {
          sha256: hash,
          generation,
          judgement: { kind: 'clean' },
          engines: ['clamav', 'yara'],
          sizeBytes: 4096,
          scanMs: 1.5,
          scannedAtMs: 1_700_000_000_000 + next,
        },
      });
      next += 1;
    }
  });
  store.flush();
  console.log(verdicts.counts(), `file ${Math.round(statSync(store.cacheFile).size / 2 ** 20)} MiB`);
  console.log(store.health);

  const stored = Array.from({ length: 200 }, () => randomKeys(0));
  const absent = Array.from({ length: 200 }, () => randomKeys(rows));
  for (const [what, batches] of [
    ['recallFiles, 256 stored', stored],
    ['recallFiles, the same again', stored],
    ['recallFiles, 256 not stored', absent],
  ] as const) {
    const keys = batches.map((batch) => batch.map(identity));
    measure(what, keys.length, keysAtOnce, () => verdicts.recallFiles(keys.pop() ?? [], generation));
  }
  const singles = stored.flat().slice(0, 5000).map(identity);
  measure('recallFiles, one at a time', singles.length, 1, () =>
    verdicts.recallFiles([singles.pop() ?? identity(0)], generation),
  );
  const hashes = stored.map((batch) => batch.map(sha256));
  measure('recallContents, 256 stored', hashes.length, keysAtOnce, () =>
    verdicts.recallContents(hashes.pop() ?? [], generation),
  );

  using reader = openContentReader(store.cacheFile);
  const known = stored.flat().map(sha256);
  measure('content reader, stored', known.length, 1, () => reader.recall(known.pop() ?? '', generation));
  const unknown = absent.flat().map(sha256);
  measure('content reader, not stored', unknown.length, 1, () =>
    reader.recall(unknown.pop() ?? '', generation),
  );

  measure('counts', 1000, 1, () => verdicts.counts());
  measure('mostRecent, 10,000', 1, 10_000, () => verdicts.mostRecent(10_000, generation));
  measure('recentFiles, 10,000', 1, 10_000, () => verdicts.recentFiles(10_000));
  let lastId = 0;
  measure('identitiesAfter, 5,000', Math.min(200, rows / 5000), 5000, () => {
    ({ lastId } = verdicts.identitiesAfter(lastId, 5000));
  });
  const bounds = {
    hashedBeforeMs: 1_700_000_000_000 + rows / 2,
    scannedBeforeMs: 0,
    findingsBeforeMs: 0,
    maxFiles: rows,
  };
  measure('prune, 1,000 rows', 20, 1000, () => verdicts.prune(bounds, 1000));
  store[Symbol.dispose]();
  measure('open again and look once', 1, 1, () => {
    using again = openStore({ folder, logger: silentLogger });
    again.verdicts.recallFiles([identity(5)], generation);
  });
} finally {
  rmSync(folder, { recursive: true });
}
