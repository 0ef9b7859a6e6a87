// Entry of a scan worker process: loads the engines once, then answers files in the order they come, several at a time.
import { flushCompileCache } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClamdClient } from '../core/engines/clamd/clamd-client.ts';
import { loadHashLists } from '../core/engines/hash-lists.ts';
import { loadYaraEngine, type YaraEngine } from '../core/engines/yara/yara-engine.ts';
import { createLogger } from '../core/logger.ts';
import type {
  AssignedFile,
  FileResult,
  MessageFromWorker,
  MessageToWorker,
  VerdictScope,
} from '../core/pool/worker-protocol.ts';
import { openContentReader } from '../core/store/content-reader.ts';
import { workerSettingsSchema, type WorkerSettings } from '../core/worker-settings.ts';
import { messageOf } from '../shared/errors.ts';
import { BufferPool } from './buffer-pool.ts';
import { ContentMemory } from './content-memory.ts';
import { FileScanner, type ClamdPort } from './file-scanner.ts';
import { endWithParent } from './orphan-watch.ts';
import { connectParentPort, hasKind } from './parent-port.ts';

const aliveEveryMs = 1000;
/** Room for small files beside one of the largest that is held whole. */
const smallFilesBytes = 32 * 1024 * 1024;
const longestProbeMs = 5000;
/** Results travel together while there is more to do: a message costs as much as many results. */
const resultsAtOnce = 16;
const longestHoldMs = 10;

endWithParent();
const port = connectParentPort<MessageToWorker, MessageFromWorker>(isMessage);
const logger = createLogger('silent');
port.onMessage((message) => {
  if (message.kind !== 'start') return;
  try {
    run(workerSettingsSchema.parse(message.settings));
  } catch (error) {
    port.send({ kind: 'start_failed', message: messageOf(error) });
  }
});

function run(settings: WorkerSettings): void {
  const startedMs = performance.now();
  const clamd = connectClamd(settings);
  const yara =
    settings.yara === null
      ? null
      : loadYaraEngine({ paths: settings.yara.rulePaths, binding: settings.yara.binding, logger });
  const hashLists = loadHashLists(settings.hashLists);
  const { wholeFileBytes } = settings;
  const scanner = new FileScanner({
    clamd,
    yara,
    hashLists,
    trustKnownGood: settings.trustKnownGood,
    buffers: new BufferPool(wholeFileBytes + smallFilesBytes),
    contents: openContents(settings),
    wholeFileBytes,
  });

  const waiting: { readonly file: AssignedFile; readonly scope: VerdictScope }[] = [];
  const results: { id: number; result: FileResult }[] = [];
  let scanning = 0;
  let draining = false;
  let lastTurnMs = performance.now();

  let flushTimer: NodeJS.Timeout | null = null;
  let flushing = false;

  function flush(): void {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    if (results.length > 0) port.send({ kind: 'results', results: results.splice(0) });
    if (draining && scanning === 0 && waiting.length === 0) port.end();
  }

  /** One message for all that is done in this turn. */
  function flushSoon(): void {
    if (flushing) return;
    flushing = true;
    setImmediate(() => {
      flushing = false;
      flush();
    });
  }

  async function scanNext(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { file, scope } = next;
      const result = await scanner.scan(file, scope);
      // Without clamd nothing here waits for the outside: the sign of life must get its turn.
      if (performance.now() - lastTurnMs > longestHoldMs) {
        await nextTurn();
        lastTurnMs = performance.now();
      }
      results.push({ id: file.id, result });
      if (results.length >= resultsAtOnce) flush();
      else if (waiting.length === 0) flushSoon();
      else flushTimer ??= setTimeout(flush, longestHoldMs);
    }
    scanning -= 1;
    flushSoon();
  }

  port.onMessage((message) => {
    if (message.kind === 'scan') {
      for (const file of message.files) waiting.push({ file, scope: message.scope });
      while (scanning < settings.filesAtOnce && waiting.length > 0) {
        scanning += 1;
        // A rejection is a bug: it ends this process, and the pool blames the file it had.
        void scanNext();
      }
    } else if (message.kind === 'drain') {
      draining = true;
      flush();
    }
  });

  setInterval(() => {
    const engineBusyCount = clamd.kind === 'on' ? clamd.client.busyCount : 0;
    port.send({ kind: 'alive', memoryBytes: process.memoryUsage.rss(), engineBusyCount });
  }, aliveEveryMs).unref();

  // The core ends workers without a word: what was compiled is kept for the next ones now.
  flushCompileCache();
  port.send({
    kind: 'ready',
    introduction: {
      engines: [...(yara === null ? [] : [yara.report]), hashLists.report()],
      fingerprints: { yara: fingerprintOf(yara), hash: hashLists.fingerprint },
      startMs: performance.now() - startedMs,
    },
  });
}

/** To do without YARA is one thing, to have it and no rules or no binding another. */
function fingerprintOf(yara: YaraEngine | null): string {
  if (yara === null) return 'off';
  return yara.report.state === 'unavailable' ? 'down' : yara.fingerprint;
}

function openContents({ contents }: WorkerSettings): ContentMemory | null {
  if (contents === null) return null;
  const reader = contents.database === null ? null : openContentReader(contents.database);
  return new ContentMemory(contents.maxEntries, reader);
}

function connectClamd({ clamd, requestTimeoutMs }: WorkerSettings): ClamdPort {
  if (clamd.kind !== 'on') return clamd;
  const { target } = clamd;
  // A clamd that hangs must be found out before the first deadline, or the file is blamed for it.
  const probeMs = Math.min(longestProbeMs, requestTimeoutMs / 3);
  const client = new ClamdClient({
    target,
    logger,
    requestTimeoutMs,
    probeAfterMs: probeMs,
    probeTimeoutMs: probeMs,
  });
  return { kind: 'on', target, client };
}

function isMessage(message: unknown): message is MessageToWorker {
  return hasKind(message);
}
