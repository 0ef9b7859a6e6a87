// A control server in a folder of its own, with handlers and a feed that the test holds in its hand.
import { join } from 'node:path';
import { ControlServer } from '../../../../src/core/control/control-server.ts';
import type { Logger } from '../../../../src/core/logger.ts';
import type { FeedEvent, Handlers } from '../../../../src/shared/contract.ts';
import type { HistoryEvent } from '../../../../src/shared/history-event.ts';
import { fakeHandlers, type FakeHandlers } from '../../../helpers/fake-handlers.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

export interface ControlRoom extends AsyncDisposable, FakeHandlers {
  readonly folder: TemporaryFolder;
  readonly address: string;
  readonly server: ControlServer;
  readonly listeners: ReadonlySet<(event: FeedEvent) => void>;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  emit(event: FeedEvent): void;
}

export async function controlRoom(answers: Partial<Handlers> = {}): Promise<ControlRoom> {
  const folder = temporaryFolder();
  const address = join(folder.path, 'control.sock');
  const fake = fakeHandlers(answers);
  const listeners = new Set<(event: FeedEvent) => void>();
  const logged: ControlRoom['logged'] = [];
  function at(level: string): Logger['info'] {
    return (fields, message) => logged.push({ level, message, fields });
  }
  const server = await ControlServer.listen({
    address,
    handlers: fake.handlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  });
  return {
    ...fake,
    folder,
    address,
    server,
    listeners,
    logged,
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

export function historyRecord(number: number, text = 'it began'): HistoryEvent {
  return {
    number,
    at: 1,
    kind: 'watch_started',
    actor: 'system',
    text,
    path: '/\uDCFF',
    details: {},
    previous_hash: '',
    hash: '',
  };
}

export function historyEvent(number: number, text?: string): FeedEvent {
  return { kind: 'history', at: 1, event: historyRecord(number, text) };
}

export function verdictEvent(verdict: unknown): FeedEvent {
  return { kind: 'verdict', at: 1, origin: 'realtime', result: { verdict }, latency_ms: null };
}
