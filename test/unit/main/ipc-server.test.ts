import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../src/core/logger.ts';
import { channels } from '../../../src/main/channels.ts';
import { IpcServer, type Door, type IpcEvent } from '../../../src/main/ipc-server.ts';
import type { StateMessage } from '../../../src/shared/app-state.ts';
import { AppError } from '../../../src/shared/errors.ts';

const ownFrame = { url: 'app://vedette/index.html', parent: null };
/** No state is needed to carry one. */
const message: StateMessage = { kind: 'slice', slice: 'engines', value: [] };

function scene({ door }: { readonly door?: () => Promise<Door> } = {}) {
  const listeners = new Map<string, (event: IpcEvent, ...args: unknown[]) => Promise<unknown>>();
  const sent: unknown[][] = [];
  const answered: unknown[][] = [];
  const issued: string[] = [];
  const learned: StateMessage[] = [];
  const subscribed = new Set<(message: StateMessage) => void>();
  const page = { id: 1, isDestroyed: () => false, send: (...args: unknown[]) => void sent.push(args) };
  const ownDoor: Door = {
    async answer(name, input) {
      answered.push([name, input]);
      return { ok: true, value: 'answer' };
    },
    issue: (paths) => void issued.push(...paths),
    learn: (told) => void learned.push(told),
  };
  const server = new IpcServer({
    ipc: {
      handle: (channel, listener) => void listeners.set(channel, listener),
      removeHandler: (channel) => void listeners.delete(channel),
    },
    ownContentsId: () => 1,
    door: door ?? (async () => ownDoor),
    async subscribe(listener) {
      subscribed.add(listener);
      return () => subscribed.delete(listener);
    },
    logger: silentLogger,
  });
  async function say(channel: string, args: readonly unknown[], event: Partial<IpcEvent> = {}) {
    const listener = listeners.get(channel);
    if (listener === undefined) throw new Error(`nobody listens at ${channel}`);
    return await listener({ sender: page, senderFrame: ownFrame, ...event }, ...args);
  }
  return { server, say, page, sent, answered, issued, learned, subscribed, listeners };
}

function refused(code: string) {
  return { ok: false, error: expect.objectContaining({ code }) };
}

describe('messages of a page', () => {
  test('a call of our own page is answered by the door', async () => {
    const { say, answered } = scene();
    expect(await say(channels.call, ['status', {}])).toEqual({ ok: true, value: 'answer' });
    expect(answered).toEqual([['status', {}]]);
  });

  test.each([
    ['a frame in the page', { senderFrame: { ...ownFrame, parent: {} } }],
    ['another origin', { senderFrame: { ...ownFrame, url: 'https://example.org/' } }],
    ['another host of the scheme', { senderFrame: { ...ownFrame, url: 'app://evil/index.html' } }],
    ['tools of developers', { senderFrame: { ...ownFrame, url: 'devtools://devtools/index.html' } }],
    ['a frame that is gone', { senderFrame: null }],
    ['another window', { sender: { id: 2, isDestroyed: () => false, send: () => {} } }],
  ])('%s is refused on every channel', async (_who, event) => {
    const { server, say, answered, issued, subscribed, listeners } = scene();
    for (const channel of listeners.keys()) {
      expect(await say(channel, ['status', {}], event)).toEqual(refused('CALL_REFUSED'));
    }
    expect({ answered, issued, subscribed: subscribed.size }).toEqual({
      answered: [],
      issued: [],
      subscribed: 0,
    });
    expect(server.refused).toBe(4);
  });

  const polluted: unknown = JSON.parse('{"__proto__": {"isAdmin": true}}');
  test.each([
    ['larger than a mebibyte', 'x'.repeat(1024 * 1024 + 1)],
    ['with many members', Array.from({ length: 100_000 }, () => 1)],
    ['with a key that reaches a prototype', polluted],
    ['that is no plain data', new Map()],
    ['with bytes', new Uint8Array(4)],
    ['with a big integer', 5n],
  ])('a message %s is refused', async (_what, input) => {
    const { server, say, answered } = scene();
    expect(await say(channels.call, ['status', input])).toEqual(refused('CALL_INVALID'));
    expect(answered).toEqual([]);
    expect(server.refused).toBe(1);
  });

  test('what keeps Vedette from starting is the answer', async () => {
    const { say } = scene({
      door: async () => {
        throw new AppError('ALREADY_RUNNING', 'another Vedette');
      },
    });
    expect(await say(channels.call, ['status', {}])).toEqual({
      ok: false,
      error: { code: 'ALREADY_RUNNING', message: 'another Vedette', details: {} },
    });
    expect(await say(channels.follow, [1])).toEqual(refused('ALREADY_RUNNING'));
  });

  test('a bug says nothing of itself to the page', async () => {
    const { say } = scene({ door: () => Promise.reject(new TypeError('x is undefined')) });
    const reply = await say(channels.call, ['status', {}]);
    expect(reply).toEqual(refused('CALL_FAILED'));
    expect(JSON.stringify(reply)).not.toContain('undefined');
  });

  test('dropped paths are issued; what is no absolute path is left out', async () => {
    const { say, issued } = scene();
    expect(await say(channels.drop, [['/a', 'b', '', '/c\u{dcff}']])).toEqual({
      ok: true,
      value: ['/a', '/c\u{dcff}'],
    });
    expect(issued).toEqual(['/a', '/c\u{dcff}']);
    expect(await say(channels.drop, ['/a'])).toEqual(refused('CALL_INVALID'));
    const many = Array.from({ length: 1001 }, () => '/a');
    expect(await say(channels.drop, [many])).toEqual(refused('CALL_INVALID'));
  });
});

describe('a page that follows the state', () => {
  test('is sent what the door has learned, until it unfollows', async () => {
    const { say, sent, subscribed, learned } = scene();
    await say(channels.follow, [7]);
    for (const listener of subscribed) listener(message);
    expect(sent).toEqual([[channels.state, 7, message]]);
    expect(learned).toEqual([message]);
    await say(channels.unfollow, [7]);
    expect(subscribed.size).toBe(0);
  });

  test.each([0, -1, 1.5, '1', null, {}])('a follower cannot be called %j', async (id) => {
    const { say, subscribed } = scene();
    expect(await say(channels.follow, [id])).toEqual(refused('CALL_INVALID'));
    expect(subscribed.size).toBe(0);
  });

  test('follows no more when its page is gone or loaded anew', async () => {
    const { server, say, subscribed } = scene();
    await say(channels.follow, [1]);
    server.forget(2);
    expect(subscribed.size).toBe(1);
    server.forget(1);
    expect(subscribed.size).toBe(0);
  });

  test('cannot follow without end', async () => {
    const { say, subscribed } = scene();
    for (let id = 1; id <= 16; id += 1) await say(channels.follow, [id]);
    expect(await say(channels.follow, [17])).toEqual(refused('CALL_REFUSED'));
    expect(subscribed.size).toBe(16);
  });

  test('hears that Vedette ends, and then nobody listens any more', async () => {
    const { server, say, sent, subscribed, listeners } = scene();
    await say(channels.follow, [3]);
    server[Symbol.dispose]();
    expect(sent).toEqual([[channels.lost, 3]]);
    expect(subscribed.size).toBe(0);
    expect([...listeners.keys()]).toEqual([]);
  });

  test('that left while Vedette was starting is not subscribed for good', async () => {
    const started = Promise.withResolvers<Door>();
    const { server, say, subscribed } = scene({ door: () => started.promise });
    const following = say(channels.follow, [1]);
    server.forget(1);
    started.resolve({ answer: async () => ({ ok: true, value: {} }), issue: () => {}, learn: () => {} });
    await following;
    expect(subscribed.size).toBe(0);
  });
});
