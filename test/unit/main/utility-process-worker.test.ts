import { fork } from 'node:child_process';
import { once, type EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { utilityProcessStarter, type UtilityChild } from '../../../src/main/utility-process-worker.ts';

const entry = fileURLToPath(new URL('utility-scene.ts', import.meta.url));

type Listener = Parameters<UtilityChild['on']>[1];

/** What Electron gives, made of `fork`: the same events, and a pid that is there only while the process runs. */
function utilityChild(isHeard: boolean): UtilityChild {
  const child = fork(entry, [], {
    stdio: ['ignore', 'ignore', isHeard ? 'pipe' : 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  // As one of its kind it takes any event.
  const emitter: EventEmitter = child;
  let isRunning = false;
  child.on('spawn', () => {
    isRunning = true;
  });
  child.on('exit', () => {
    isRunning = false;
  });
  return {
    get pid() {
      return isRunning ? child.pid : undefined;
    },
    stderr: child.stderr,
    postMessage(message) {
      if (typeof message === 'object' && message !== null && child.connected) child.send(message, () => {});
    },
    on(event: string, listener: Listener) {
      return emitter.on(event, (...values) => void Reflect.apply(listener, null, values));
    },
  };
}

function start({ isHeard = true } = {}) {
  const worker = utilityProcessStarter<{ readonly kind: string }>({
    entry,
    serviceName: 'test',
    fork: () => utilityChild(isHeard),
  })();
  const messages: unknown[] = [];
  const waiting: (() => void)[] = [];
  worker.onMessage((message) => {
    messages.push(message);
    for (const resolve of waiting.splice(0)) resolve();
  });
  const ended = new Promise<string>((resolve) => {
    worker.onExit(resolve);
  });
  async function received(count: number): Promise<readonly unknown[]> {
    while (messages.length < count) await new Promise<void>((resolve) => void waiting.push(resolve));
    return messages;
  }
  return { worker, ended, received };
}

describe('a worker as a utility process', () => {
  test('gets messages, answers, and ends with what it said last', async () => {
    const { worker, ended, received } = start();
    worker.send({ kind: 'nonsense' });
    worker.send({ kind: 'echo' });
    worker.send({ kind: 'end' });
    expect(await ended).toBe('ended with code 0');
    expect(await received(2)).toEqual([{ kind: 'echo' }, { last: true }]);
    expect(worker.pid).toBeUndefined();
    worker.send({ kind: 'echo' });
  });

  test('knows how many messages the core has not taken, and is not sent what is only about that', async () => {
    const { worker, received } = start();
    for (let sent = 0; sent < 40; sent += 1) worker.send({ kind: 'echo' });
    await received(40);
    // Two times sixteen were taken by now; eight are not told of yet.
    worker.send({ kind: 'count' });
    expect((await received(41))[40]).toEqual({ unsent: 8 });
    worker.kill();
  });

  test('has ended as soon as it has, where what it says is not heard', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { worker, ended, received } = start({ isHeard: false });
    worker.send({ kind: 'echo' });
    await received(1);
    worker.kill();
    // Nothing waits for a timer: none ever fires here.
    expect(await ended).toBe('ended by SIGKILL');
  });

  test('is ended at once in the middle of work that never ends', async () => {
    const { worker, ended, received } = start();
    worker.send({ kind: 'echo' });
    await received(1);
    worker.send({ kind: 'hang' });
    worker.kill();
    expect(await ended).toBe('ended by SIGKILL');
  });

  test('is ended also when it is not there yet', async () => {
    const { worker, ended } = start();
    expect(worker.pid).toBeUndefined();
    worker.kill();
    expect(await ended).toBe('ended by SIGKILL');
  });

  test('that dies says why', async () => {
    const { worker, ended } = start();
    worker.send({ kind: 'cry' });
    expect(await ended).toMatch(/^ended with code 1: [^]*last words of a worker/);
  });

  test('ends with the core', async () => {
    const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.send({ kind: 'echo' });
    await once(child, 'message');
    child.disconnect();
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});
