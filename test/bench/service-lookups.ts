// Look-ups over the HTTP API: single ones at a rate and as many as come, beside a bare fastify; batches of a thousand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { apiPrefix } from '../../src/shared/api-routes.ts';
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { drive, type DriveTarget } from '../load/drive.ts';
import type { LoadedService } from '../load/loaded-service.ts';
import { batchLookupOf, requestsOf, type LoadRequest } from '../load/mixes.ts';
import { shortfallsOf } from '../load/scenarios.ts';
import type { StepFigures } from '../load/step-figures.ts';
import { plainRequest } from './plain-request.ts';

export interface LookupRound {
  /** Single look-ups at the rate that is aimed at. */
  readonly paced: StepFigures;
  readonly unpaced: StepFigures;
  readonly bare: StepFigures;
  readonly batches: StepFigures;
  readonly packedBatches: StepFigures;
}

const targetRate = 10_000;
const secondsEach = 5;
const connections = 50;
/** Each is answered by one thread: more would only wait. */
const batchConnections = 4;
const batchesOfConnection = 8;

export async function lookupRound(
  service: LoadedService,
  bare: DriveTarget,
  signal: AbortSignal,
): Promise<LookupRound> {
  const { hashes } = service;
  function singles(connection: number): readonly LoadRequest[] {
    return requestsOf('throughput', hashes, connection);
  }
  function batches(connection: number): readonly LoadRequest[] {
    const random = seededRandom(connection + 1);
    return Array.from({ length: batchesOfConnection }, () => batchLookupOf(hashes, maxBatchItems, random));
  }
  const single = { seconds: secondsEach, connections, requests: singles, signal };
  const batch = {
    rate: null,
    seconds: secondsEach,
    connections: batchConnections,
    requests: batches,
    signal,
  };
  const round = {
    paced: await drive(service, { ...single, name: 'look-ups', rate: targetRate }),
    unpaced: await drive(service, { ...single, name: 'look-ups, as many as come', rate: null }),
    bare: await drive(bare, { ...single, name: 'bare fastify, as many as come', rate: null }),
    batches: await drive(service, { ...batch, name: 'batches', acceptEncoding: 'identity' }),
    packedBatches: await drive(service, { ...batch, name: 'batches, gzip', acceptEncoding: 'gzip' }),
  };
  for (const { name, errorShare } of [round.unpaced, round.bare, round.batches, round.packedBatches]) {
    if (errorShare > 0) throw new Error(`${name}: ${(errorShare * 100).toFixed(2)} % of the requests failed`);
  }
  return round;
}

export function isWithinLimits({ paced }: LookupRound): boolean {
  return shortfallsOf(paced).length === 0;
}

/** In a process of its own, answering with what the service answers. */
export async function startBareFastify(service: LoadedService): Promise<DriveTarget & AsyncDisposable> {
  const path = `${apiPrefix}/lookup/${service.hashes[0] ?? ''}`;
  const { body } = await plainRequest(service, { path, body: null, acceptEncoding: 'identity' });
  const program = fileURLToPath(new URL('bare-fastify.ts', import.meta.url));
  const child = spawn(process.execPath, [program, body.toString('utf8')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const line = createInterface({ input: child.stdout });
  const told = await Promise.race([once(line, 'line'), ended.then(() => [])]);
  const [url] = told;
  if (typeof url !== 'string') throw new Error('the bare fastify did not start');
  return {
    url,
    token: service.token,
    pid: child.pid ?? null,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
