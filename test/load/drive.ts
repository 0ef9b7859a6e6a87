// Drives a service with autocannon for one step; what counts are the requests that belong into the seconds of the step.
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { readProcesses } from '../bench/processes.ts';
import { Latencies } from './latencies.ts';
import type { LoadRequest } from './mixes.ts';
import { RequestClock } from './request-clock.ts';
import type { KindFigures, StepFigures } from './step-figures.ts';

export interface DriveTarget {
  readonly url: string;
  readonly token: string;
  /** Of the service; null when it runs elsewhere. */
  readonly pid: number | null;
}

export interface DriveOptions {
  readonly name: string;
  /** Requests a second of all connections together; null: each sends when it has its answer. */
  readonly rate: number | null;
  readonly seconds: number;
  readonly connections: number;
  /** Connections are made and code is compiled in it: it is driven like the others and not counted. */
  readonly warmUpSeconds?: number;
  /** As a client says it; what most say. */
  readonly acceptEncoding?: string;
  /** Sequence of the connection of that number, again and again. */
  readonly requests: (connection: number) => readonly LoadRequest[];
  readonly signal?: AbortSignal;
}

const usualWarmUpSeconds = 3;
/** A second of the generator may begin this much early. */
const timerMarginMs = 5;
/** One that was sent longer ago than this at the end counts as not answered. */
const patienceMs = 1000;
const timeoutSeconds = 10;

/**
 * autocannon sends the requests of a second at its beginning, as fast as it gets answers. Groups that begin one after
 * the other spread them over the second: a service that stalls at any moment is caught at it.
 */
const maxGroups = 20;

export async function drive(target: DriveTarget, options: DriveOptions): Promise<StepFigures> {
  const { rate, seconds, signal } = options;
  signal?.throwIfAborted();
  // None of them may have less than one request a second.
  const connections = rate === null ? options.connections : Math.min(options.connections, rate);
  const groups = Math.min(maxGroups, connections);
  const account = new StepAccount(seconds, warmUpOf(options));
  const cpuBefore = cpuOf(target.pid);
  const ownBefore = process.cpuUsage();
  const running: Promise<autocannon.Result>[] = [];
  for (let number = 0; number < groups; number += 1) {
    running.push(
      runGroup(target, options, account, {
        connections: partOf(connections, groups, number),
        rate: rate === null ? null : partOf(rate, groups, number),
      }),
    );
    await delay(1000 / groups);
  }
  const results = await Promise.all(running);
  signal?.throwIfAborted();
  const elapsed = account.elapsedSeconds();
  const own = process.cpuUsage(ownBefore);
  const cpuAfter = cpuOf(target.pid);
  return {
    ...account.figures(results.reduce((sum, { errors }) => sum + errors, 0)),
    name: options.name,
    wantedRate: rate,
    serviceShare: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / elapsed,
    generatorShare: (own.user + own.system) / 1e6 / elapsed,
  };
}

/** Ends in time, or soon after the signal. */
async function runGroup(
  target: DriveTarget,
  options: DriveOptions,
  account: StepAccount,
  group: { readonly connections: number; readonly rate: number | null },
): Promise<autocannon.Result> {
  const { connections, rate } = group;
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const clocks: RequestClock[] = [];
  const driving: autocannon.Options = {
    url: target.url,
    connections,
    duration: warmUpOf(options) + options.seconds,
    pipelining: 1,
    timeout: timeoutSeconds,
    // How soon it ends when the time is over.
    sampleInt: 100,
    // Its own figures are not used: it corrects for an interval of 1 ms whatever the rate is.
    ...(rate === null ? {} : { overallRate: rate, ignoreCoordinatedOmission: true }),
    setupClient(client) {
      const clock = new RequestClock(rate === null ? null : partOf(rate, connections, clocks.length));
      const requests = options.requests(account.connections);
      client.setRequests(requests.map((request) => autocannonRequest(request, target.token, options)));
      account.follow(client, requests, clock);
      clocks.push(clock);
    },
  };
  const run = autocannon(driving, (error: unknown, result) => {
    if (error === null || error === undefined) resolve(result);
    else reject(error);
  });
  function stop(): void {
    run.stop();
  }
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = await promise;
    const nowMs = performance.now();
    account.countUnanswered(clocks.filter((clock) => clock.waitingMs(nowMs) > patienceMs).length);
    return result;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

function warmUpOf({ warmUpSeconds = usualWarmUpSeconds }: DriveOptions): number {
  return warmUpSeconds;
}

/** As autocannon shares things out: the first get what cannot be divided. */
function partOf(all: number, parts: number, number: number): number {
  return Math.floor(all / parts) + (number < all % parts ? 1 : 0);
}

/** All connections of one step. */
class StepAccount {
  readonly #createdMs = performance.now();
  readonly #seconds: number;
  readonly #warmUpSeconds: number;
  readonly #all = new Latencies();
  readonly #eachSecond: readonly Latencies[];
  readonly #kinds = new Map<LoadRequest['kind'], Latencies>();
  readonly #refused: Record<string, number> = {};
  readonly #clocks: RequestClock[] = [];
  #bytes = 0;
  #unanswered = 0;
  /** Of the seconds that count. */
  #startMs = Number.POSITIVE_INFINITY;

  constructor(seconds: number, warmUpSeconds: number) {
    this.#seconds = seconds;
    this.#warmUpSeconds = warmUpSeconds;
    this.#eachSecond = Array.from({ length: seconds }, () => new Latencies());
  }

  /** That were opened so far. */
  get connections(): number {
    return this.#clocks.length;
  }

  elapsedSeconds(): number {
    return (performance.now() - this.#createdMs) / 1000;
  }

  follow(client: autocannon.Client, requests: readonly LoadRequest[], clock: RequestClock): void {
    if (this.#clocks.length === 0)
      this.#startMs = performance.now() + this.#warmUpSeconds * 1000 - timerMarginMs;
    this.#clocks.push(clock);
    let index = -1;
    client.addListener('request', () => {
      index = (index + 1) % requests.length;
      clock.sent(performance.now());
    });
    client.on('response', (status, bytes) => {
      const answer = clock.answered(performance.now());
      const kind = requests[index]?.kind;
      if (answer === null || kind === undefined) return;
      const second = Math.floor((answer.belongsToMs - this.#startMs) / 1000);
      const latencies = this.#eachSecond[second];
      if (latencies === undefined) return;
      this.#bytes += bytes;
      latencies.add(answer.latencyMs);
      this.#all.add(answer.latencyMs);
      this.#ofKind(kind).add(answer.latencyMs);
      if (status < 200 || status > 299) this.#refused[status] = (this.#refused[status] ?? 0) + 1;
    });
  }

  countUnanswered(count: number): void {
    this.#unanswered += count;
  }

  figures(errors: number) {
    // A connection that the service closes in an orderly way is no error to autocannon, whatever was under way.
    const lost = this.#clocks.reduce((sum, clock) => sum + clock.lost, 0);
    const refused = Object.values(this.#refused).reduce((sum, count) => sum + count, 0);
    const broken = Math.max(errors, lost) + this.#unanswered;
    const answered = this.#all.count;
    return {
      seconds: this.#seconds,
      answered,
      reachedRate: answered / this.#seconds,
      p50Ms: this.#all.percentile(50),
      p95Ms: this.#all.percentile(95),
      p99Ms: this.#all.percentile(99),
      maxMs: this.#all.maxMs,
      refused: this.#refused,
      broken,
      errorShare: answered + broken === 0 ? 1 : (refused + broken) / (answered + broken),
      bytesPerSecond: this.#bytes / this.#seconds,
      kinds: [...this.#kinds].map(([kind, latencies]): KindFigures => ({
        kind,
        answered: latencies.count,
        p50Ms: latencies.percentile(50),
        p95Ms: latencies.percentile(95),
        p99Ms: latencies.percentile(99),
      })),
      eachSecond: this.#eachSecond.map((latencies) => ({
        answered: latencies.count,
        p95Ms: latencies.percentile(95),
      })),
    };
  }

  #ofKind(kind: LoadRequest['kind']): Latencies {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const latencies = new Latencies();
    this.#kinds.set(kind, latencies);
    return latencies;
  }
}

function autocannonRequest(
  { method, path, body }: LoadRequest,
  token: string,
  { acceptEncoding = 'gzip' }: DriveOptions,
): autocannon.Request {
  return {
    method,
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'accept-encoding': acceptEncoding,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body }),
  };
}

function cpuOf(pid: number | null): number | null {
  return pid === null ? null : readProcesses(pid).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}
