// Loaded into a utility process before its entry: `process.parentPort` instead of Node's own channel, and no life alone.
import { EventEmitter } from 'node:events';
import { registerHooks } from 'node:module';

const send = process.send?.bind(process);
const { channel } = process;

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    send?.(structuredClone(message));
  }
}

const parentPort = new ParentPort();
parentPort.on('newListener', (name) => {
  if (name !== 'message' || parentPort.listenerCount('message') > 0) return;
  // Node keeps what came before; a process that listens stays.
  process.on('message', takeMessage);
  channel?.ref();
});
parentPort.on('removeListener', (name) => {
  if (name !== 'message' || parentPort.listenerCount('message') > 0) return;
  process.off('message', takeMessage);
  channel?.unref();
});
process.on('disconnect', () => process.exit(1));
channel?.unref();

const electron = process.env['STAND_IN_ELECTRON'];
delete process.env['STAND_IN_ELECTRON'];
Object.defineProperties(process, {
  parentPort: { value: parentPort },
  type: { value: 'utility' },
  send: { value: undefined },
  versions: { value: Object.freeze({ ...process.versions, electron }) },
});

const url = new URL('utility-module.ts', import.meta.url).href;
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isElectron = /^electron(?:\/(?:utility|common))?$/.test(specifier);
    return isElectron ? { url, shortCircuit: true } : nextResolve(specifier, context);
  },
});

function takeMessage(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('data' in message)) return;
  parentPort.emit('message', { data: message.data, ports: [] });
}
