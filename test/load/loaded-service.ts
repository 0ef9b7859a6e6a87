// A `vedette serve` of its own for measuring, rules only, with known contents in its cache; or one that is there already.
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import { ServedVedette } from '../../scripts/served-vedette.ts';
import { makeWorkFolder } from '../bench/work-folder.ts';
import { plainContent } from '../helpers/corpus.ts';
import { eicar } from '../helpers/eicar.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import type { DriveTarget } from './drive.ts';

export interface LoadedService extends DriveTarget, AsyncDisposable {
  /** SHA-256 of the contents to ask for. */
  readonly hashes: readonly string[];
  /** Of the files that clients may have scanned; null for a service elsewhere. */
  readonly folder: string | null;
}

export interface ServiceOptions {
  /** Known contents; they are files of a few hundred bytes. */
  readonly contents: number;
  readonly workers: number;
}

/** So that the page of recent detections is not empty. */
const infectedFiles = 100;
const requestLimitMs = 60_000;
const settleLimitMs = 15_000;
const lookEveryMs = 100;

export async function startLoadedService({ contents, workers }: ServiceOptions): Promise<LoadedService> {
  await using made = new AsyncDisposableStack();
  const work = made.use(makeWorkFolder());
  const [folder, watched, dataDir] = ['files', 'watched', 'data'].map((name) => join(work.path, name));
  if (folder === undefined || watched === undefined || dataDir === undefined) throw new Error('no folders');
  for (const path of [folder, watched]) mkdirSync(path);
  const served = made.use(
    await ServedVedette.start(['--data-dir', dataDir, '--clamd', 'none'], {
      ...withoutOurs(process.env),
      XDG_CONFIG_HOME: work.path,
      VEDETTE_API_SCAN_FOLDERS: folder,
      VEDETTE_API_RATE_LIMIT_RPM: '1000000',
      VEDETTE_API_RATE_LIMIT_BURST: '1000000',
      VEDETTE_WATCH_FOLDERS: watched,
      VEDETTE_SCALING_MIN_WORKERS: `${workers}`,
      VEDETTE_SCALING_MAX_WORKERS: `${workers}`,
    }),
  );
  const token = readFileSync(join(dataDir, 'api', 'owner.token'), 'utf8').trim();
  const target = { url: served.address, token, pid: served.process.pid ?? null };
  const hashes = await fill(target, folder, contents);
  const all = made.move();
  return { ...target, hashes, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Nothing is scanned there: the contents that are asked for are unknown to it. */
export function existingService(url: string, tokenFile: string, contents: number): LoadedService {
  return {
    url,
    token: readFileSync(tokenFile, 'utf8').trim(),
    pid: null,
    hashes: Array.from({ length: contents }, (_, index) => hash('sha256', `load ${index}`)),
    folder: null,
    async [Symbol.asyncDispose]() {},
  };
}

/** @throws when the answer is an error or not as the table of routes has it. */
export async function call<Name extends keyof typeof serviceRoutes>(
  { url, token }: DriveTarget,
  name: Name,
  input: object,
): Promise<z.output<(typeof serviceRoutes)[Name]['output']>> {
  const { method, path, output } = serviceRoutes[name];
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(input) }),
    signal: AbortSignal.timeout(requestLimitMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the schema of this very route lets through
  return output.parse(JSON.parse(text)) as z.output<(typeof serviceRoutes)[Name]['output']>;
}

async function fill(target: DriveTarget, folder: string, contents: number): Promise<readonly string[]> {
  const known = writeFiles(folder, 'known', contents);
  const paths = [...known.paths, ...writeInfected(folder)];
  for (let start = 0; start < paths.length; start += maxBatchItems) {
    const asked = paths.slice(start, start + maxBatchItems);
    const { results } = await call(target, 'batch.scan', { paths: asked });
    const failed = results.find(({ verdict }) => verdict !== 'clean' && verdict !== 'infected');
    if (failed !== undefined) throw new Error(`a file has no verdict: ${JSON.stringify(failed)}`);
  }
  const deadline = AbortSignal.timeout(settleLimitMs);
  for (let start = 0; start < known.hashes.length; start += maxBatchItems) {
    const sha256 = known.hashes.slice(start, start + maxBatchItems);
    for (;;) {
      const { total_known: count } = await call(target, 'batch.lookup', { sha256 });
      if (count === sha256.length) break;
      if (deadline.aborted) throw new Error(`only ${count} of ${sha256.length} scanned contents are known`);
      await delay(lookEveryMs);
    }
  }
  return known.hashes;
}

/** No two alike, in one folder below `folder`. */
export function writeFiles(
  folder: string,
  name: string,
  count: number,
): { readonly folder: string; readonly paths: readonly string[]; readonly hashes: readonly string[] } {
  const below = join(folder, name);
  mkdirSync(below);
  const random = seededRandom(Number.parseInt(hash('sha256', name).slice(0, 7), 16));
  const hashes: string[] = [];
  const paths = Array.from({ length: count }, (_, index) => {
    const path = join(below, `${index}.dat`);
    const content = Buffer.concat([
      Buffer.from(`${name} ${index}\n`),
      plainContent(random, random.between(1, 600)),
    ]);
    writeFileSync(path, content);
    hashes.push(hash('sha256', content));
    return path;
  });
  return { folder: below, paths, hashes };
}

function writeInfected(folder: string): readonly string[] {
  const below = join(folder, 'infected');
  mkdirSync(below);
  return Array.from({ length: infectedFiles }, (_, index) => {
    const path = join(below, `${index}.com`);
    writeFileSync(path, eicar());
    return path;
  });
}

function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('VEDETTE_')));
}
