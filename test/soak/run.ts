// `npm run soak`: hours of mixed load against one `vedette watch`; memory and descriptors must not grow, and no file may be lost.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readProcesses } from '../bench/processes.ts';
import { slope } from '../bench/statistics.ts';
import { watchWith, type WatchingVedette } from '../bench/watching-vedette.ts';
import { makeWorkFolder } from '../bench/work-folder.ts';
import { plainContent } from '../helpers/corpus.ts';
import { eicar } from '../helpers/eicar.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { idle } from './idle.ts';

const usage = `npm run soak -- [--minutes N] [--idle-minutes N] [--seed N]

First nothing happens for 5 minutes (--idle-minutes): nothing may be scanned and nothing written, although
the data folder lies in the watched one. Then runs \`vedette watch\` for N minutes (default 30) under mixed load: single files, bursts, rewrites,
renames, folders that come and go, files that vanish, now and then one that is infected. Reports the slope
of resident memory and of open files over the second half, and files without a verdict.
Exit 1 when the idle minutes were not idle, a file is lost, or memory grows by more than 1 MiB a minute, or open files by one a minute.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    'idle-minutes': { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const mib = 2 ** 20;
const sampleEveryMs = 5000;
const verdictLimitMs = 120_000;
const maxGrowthMib = 1;
const maxGrowthFiles = 1;
/** Files that are kept; older ones are removed, so that the folder does not grow without end. */
const keptFolders = 20;

interface Sample {
  readonly minutes: number;
  readonly residentMib: number;
  readonly openFiles: number;
}

async function rest(minutes: number): Promise<boolean> {
  if (minutes === 0) return true;
  const { scans, scanned, changed } = await idle(minutes);
  console.log(
    `idle for ${minutes} min: ${scans} scans (${scanned.slice(0, 5).join(', ')}), ${changed.length} changes (${changed.slice(0, 5).join(', ')})`,
  );
  return scans === 0 && changed.length === 0;
}

async function soak(minutes: number, seed: number): Promise<boolean> {
  if (minutes === 0) return true;
  using work = makeWorkFolder();
  const root = join(work.path, 'files');
  mkdirSync(root);
  const random = seededRandom(seed);
  await using vedette = await watchWith(work.path, [root], ['--clamd', 'none', '--action', 'quarantine']);
  const samples: Sample[] = [];
  const startedMs = performance.now();
  function elapsedMinutes(): number {
    return (performance.now() - startedMs) / 60_000;
  }
  const sampling = setInterval(() => samples.push(sampleOf(vedette, elapsedMinutes())), sampleEveryMs);
  let files = 0;
  let infected = 0;
  let lost = 0;
  for (let turn = 0; elapsedMinutes() < minutes; turn += 1) {
    const folder = join(root, `${turn}`);
    mkdirSync(folder);
    const paths = loadOf(folder, random);
    if (turn % 10 === 3) {
      const path = join(folder, 'infected.com');
      writeFileSync(path, eicar());
      paths.push(path);
      infected += 1;
    }
    files += paths.length;
    await vedette
      .until(() => paths.every((path) => vedette.verdicts.has(path)), verdictLimitMs)
      .catch(() => {
        const missing = paths.filter((path) => !vedette.verdicts.has(path));
        lost += missing.length;
        console.log(`turn ${turn}: no verdict for ${missing.slice(0, 3).join(', ')}`);
      });
    vedette.forget();
    removeOld(root, turn);
    await delay(random.between(0, 2000));
    if (turn % 20 === 0) console.log(lineOf(sampleOf(vedette, elapsedMinutes()), files, lost));
  }
  clearInterval(sampling);
  return report(samples, { files, infected, lost, status: await vedette.status() });
}

/** One turn's files, all of which must get a verdict. */
function loadOf(folder: string, random: ReturnType<typeof seededRandom>): string[] {
  const paths: string[] = [];
  const count = random.between(0, 9) === 0 ? 2000 : random.between(1, 60);
  for (let index = 0; index < count; index += 1) {
    const path = join(folder, `${index}.dat`);
    writeFileSync(path, plainContent(random, random.between(1, 8000)));
    if (index % 7 === 1) writeFileSync(path, plainContent(random, random.between(1, 8000)));
    if (index % 11 === 2) {
      renameSync(path, `${path}.renamed`);
      paths.push(`${path}.renamed`);
    } else if (index % 13 === 3) {
      rmSync(path);
    } else {
      paths.push(path);
    }
  }
  return paths;
}

function removeOld(root: string, turn: number): void {
  for (const name of readdirSync(root)) {
    if (Number(name) <= turn - keptFolders) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function sampleOf({ pid }: WatchingVedette, minutes: number): Sample {
  const processes = readProcesses(pid);
  return {
    minutes,
    residentMib: processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / mib,
    openFiles: processes.reduce((sum, one) => sum + openFilesOf(one.pid), 0),
  };
}

function openFilesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function lineOf({ minutes, residentMib, openFiles }: Sample, files: number, lost: number): string {
  return `${minutes.toFixed(1)} min: ${files} files, ${lost} lost, ${residentMib.toFixed(0)} MiB, ${openFiles} open files`;
}

function report(
  samples: readonly Sample[],
  {
    files,
    infected,
    lost,
    status,
  }: {
    readonly files: number;
    readonly infected: number;
    readonly lost: number;
    readonly status: Awaited<ReturnType<WatchingVedette['status']>>;
  },
): boolean {
  const half = samples.slice(Math.floor(samples.length / 2));
  const memory = slope(half.map(({ minutes, residentMib }) => ({ x: minutes, y: residentMib })));
  const open = slope(half.map(({ minutes, openFiles }) => ({ x: minutes, y: openFiles })));
  const peak = Math.max(...samples.map(({ residentMib }) => residentMib));
  console.log(
    [
      '',
      `${files} files, ${infected} of them infected`,
      `files without a verdict: ${lost}`,
      `found only by a sweep: ${status.lost_events}`,
      `resident memory: peak ${peak.toFixed(0)} MiB, slope of the second half ${memory.toFixed(2)} MiB/min`,
      `open files: ${half.at(-1)?.openFiles ?? 0}, slope of the second half ${open.toFixed(2)}/min`,
      status.protection.sentence,
    ].join('\n'),
  );
  return lost === 0 && memory <= maxGrowthMib && open <= maxGrowthFiles;
}

if (values.help) {
  console.log(usage);
} else {
  const isIdle = await rest(Number(values['idle-minutes']));
  const isSound = await soak(Number(values.minutes), Number(values.seed));
  process.exitCode = isIdle && isSound ? 0 : 1;
}
