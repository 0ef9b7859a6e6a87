// A service for a test, on node:http: speaks the table of routes, judges bytes as the test says, and can be told to fail.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { answerCall } from '../../src/core/control/answer-call.ts';
import {
  callRoutes,
  routedInput,
  serviceRoutes,
  textRoutes,
  type RoutedCall,
} from '../../src/shared/api-routes.ts';
import { calls, type FeedEvent, type Handlers } from '../../src/shared/contract.ts';
import { AppError, errorCodes } from '../../src/shared/errors.ts';
import { noCacheStats } from '../../src/shared/metrics.ts';
import type { ScanResult } from '../../src/shared/scan-report.ts';
import {
  batchLookupInput,
  batchScanInput,
  statisticsSchema,
  type LookupResult,
  type Statistics,
} from '../../src/shared/service-documents.ts';
import type { Detection } from '../../src/shared/verdict.ts';
import { fakeHandlers, type FakeHandlers } from './fake-handlers.ts';

export const fakeToken = 'vdt_token-of-a-test';

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Returns whether it has answered; the body is not read yet. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeServiceOptions {
  readonly answers?: Partial<Handlers>;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export class FakeService implements AsyncDisposable {
  readonly seen: SeenRequest[] = [];
  readonly known = new Map<string, LookupResult>();
  readonly asked: FakeHandlers['asked'];
  /** Of bytes that were sent, and of paths. */
  judge: (bytes: Buffer, path: string) => Partial<ScanResult> = () => ({});
  intercept: Intercept = () => false;
  generation = 'generation-1';
  readonly #handlers: Handlers;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #scheme: string;

  private constructor({ answers = {}, tls }: FakeServiceOptions) {
    const { handlers, asked } = fakeHandlers(answers);
    this.#handlers = handlers;
    this.asked = asked;
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer() : createTlsServer(tls);
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      response.on('error', () => {});
      request.on('error', () => {});
      this.#hear(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  static async start(options: FakeServiceOptions = {}): Promise<FakeService> {
    const service = new FakeService(options);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('it does not listen');
    return `${this.#scheme}://127.0.0.1:${address.port}`;
  }

  /** Environment of a command that asks it. */
  get env(): Readonly<Record<string, string>> {
    return { VEDETTE_REMOTE: this.url, VEDETTE_TOKEN: fakeToken };
  }

  /** Bodies of the requests to one path. */
  sent(path: string): readonly SeenRequest[] {
    return this.seen.filter(({ target }) => target.split('?')[0] === path);
  }

  emit(event: FeedEvent): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  endStreams(): void {
    for (const stream of this.#streams) stream.end();
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.intercept(request, response)) return;
    const { method = '', url: target = '', headers } = request;
    if (headers.authorization !== `Bearer ${fakeToken}`)
      throw new AppError('NOT_ADMITTED', 'Nobody has this token.');
    const body = await buffer(request);
    this.seen.push({ method, target, headers, body });
    const { pathname, searchParams } = new URL(target, this.url);
    if (pathname === textRoutes.events.path) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      this.#streams.add(response);
      return;
    }
    const value = await this.#answer({ method, pathname, searchParams, headers, body });
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  }

  async #answer({
    method,
    pathname,
    searchParams,
    headers,
    body,
  }: {
    readonly method: string;
    readonly pathname: string;
    readonly searchParams: URLSearchParams;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }): Promise<unknown> {
    switch (pathname) {
      case serviceRoutes.statistics.path:
        return this.statistics();
      case serviceRoutes['batch.lookup'].path:
        return this.#lookup(batchLookupInput.parse(JSON.parse(body.toString('utf8'))).sha256);
      case serviceRoutes['batch.scan'].path: {
        const { paths } = batchScanInput.parse(JSON.parse(body.toString('utf8')));
        const results = paths.map((path) => this.#result(Buffer.from(path), path));
        return { ...figures(results.length), generation: this.generation, results };
      }
      case serviceRoutes['scan.file'].path:
        if (headers['content-type'] !== 'application/octet-stream')
          throw new AppError('CALL_INVALID', 'only bytes are taken here');
        return {
          generation: this.generation,
          result: this.#result(body, `upload:${searchParams.get('name') ?? ''}`),
        };
      default:
        return await this.#call(method, pathname, searchParams, body);
    }
  }

  async #call(method: string, pathname: string, query: URLSearchParams, body: Buffer): Promise<unknown> {
    for (const name of routedCalls) {
      const route = callRoutes[name];
      const pattern = new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
      const match = pattern.exec(pathname);
      if (match === null || route.method !== method) continue;
      const json: unknown = method === 'POST' && body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
      const input = routedInput(name);
      const address = readAs(input, { ...match.groups, ...queryFields(query) });
      const parsed = input.parse({ ...address, ...z.record(z.string(), z.unknown()).parse(json) });
      const actor = 'actor' in calls[name].input.shape ? { actor: 'api test' } : {};
      return await answerCall(this.#handlers, name, { ...parsed, ...actor });
    }
    throw new AppError('NOT_FOUND', 'There is no such route.');
  }

  #lookup(hashes: readonly string[]) {
    const results = hashes.map((sha256) => this.known.get(sha256) ?? unknownContent(sha256));
    return {
      ...figures(hashes.length),
      total_known: results.filter(({ known }) => known).length,
      generation: this.generation,
      results,
    };
  }

  #result(bytes: Buffer, path: string): ScanResult {
    return {
      path: path.toWellFormed(),
      verdict: 'clean',
      reason: null,
      size_bytes: bytes.length,
      sha256: sha256Of(bytes),
      duration_ms: 1,
      cached: false,
      engines: ['hash', 'yara'],
      hybrid: false,
      detections: [],
      ...this.judge(bytes, path),
    };
  }

  statistics(): Statistics {
    const window = { window_seconds: 300, scans: 0, average_duration_ms: 0, cache_hit_rate_percent: 0 };
    const recent = { ...window, threats_detected: 0 };
    const count = { current_workers: 2, min_workers: 2, max_workers: 2, target_workers: 2 };
    return statisticsSchema.parse({
      version: '1.0.0',
      generation: this.generation,
      engines: [{ name: 'yara', state: 'ready', version: 'YARA-X 1', signatures: 7, detail: '' }],
      queue_depth: 0,
      summary: {
        uptime_seconds: 1,
        total_scans: 0,
        scans_per_hour: 0,
        threats_detected: 0,
        threats_per_hour: 0,
        cache_hit_rate_percent: 0,
        average_scan_duration_ms: 0,
        max_queue_depth: 0,
        scaling_events_count: 0,
        snapshots_recorded: 0,
      },
      recent_5min: recent,
      recent_1hour: { ...recent, window_seconds: 3600 },
      coverage: {
        verdicts: { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 },
        reasons: {},
        covered_percent: 0,
      },
      cache: noCacheStats,
      scaling: {
        ...count,
        enabled: false,
        scale_up_threshold: 50,
        scale_down_threshold: 10,
        time_since_last_scale: null,
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function unknownContent(sha256: string): LookupResult {
  return {
    sha256,
    known: false,
    verdict: null,
    source: null,
    engines: [],
    hybrid: false,
    detections: [],
    size_bytes: null,
    scanned_at: null,
  };
}

export function knownContent(sha256: string, detections: readonly Detection[] = []): LookupResult {
  return {
    ...unknownContent(sha256),
    known: true,
    verdict: detections.length === 0 ? 'clean' : 'infected',
    source: 'verdict',
    engines: ['hash', 'yara'],
    detections: [...detections],
  };
}

/** An error as every route of a service answers it. */
export function refuse(
  response: ServerResponse,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
  status?: number,
): void {
  const { code, message, details } =
    error instanceof AppError ? error : new AppError('CALL_FAILED', `The request failed: ${String(error)}`);
  response.writeHead(status ?? errorCodes[code].httpStatus, {
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify({ error: { code, message, details, request_id: 'r-1' } }));
}

const routedCalls = Object.keys(callRoutes).filter((name): name is RoutedCall => name in callRoutes);

function figures(count: number) {
  const none = { total_infected: 0, total_known: 0, processing_time_ms: 1, from_cache: 0 };
  return { ...none, total_processed: count, computed: count };
}

function queryFields(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...new Set(query.keys())].map((key) => [key, query.getAll(key)]));
}

/** Texts of an address as the shape has them. */
function readAs(schema: z.ZodObject, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      const field = schema.shape[key];
      if (field === undefined || z.safeParse(field, value).success) return [key, value];
      const one: unknown = Array.isArray(value) ? value[0] : value;
      return [key, z.safeParse(field, one).success ? one : Number(one)];
    }),
  );
}
