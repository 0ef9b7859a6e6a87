import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { chownSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectControl } from '../../../../src/core/control/control-client.ts';
import { noProgress } from '../../../../src/shared/job.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import type { FeedEvent } from '../../../../src/shared/contract.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { controlRoom, historyEvent, verdictEvent } from './control-room.ts';

const verified = { intact: true, records: 0, first_number: null, broken_at: null, problem: '' };
const failed = { name: 'AppError', code: 'CALL_FAILED' };

interface OddServer extends AsyncDisposable {
  readonly address: string;
  readonly folder: TemporaryFolder;
}

/** Something else behind the socket; `speak` gets each connection and each piece of what is said on it. */
async function oddServer(speak: (socket: Socket, text: string) => void): Promise<OddServer> {
  const folder = temporaryFolder();
  const address = join(folder.path, 'control.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => speak(socket, text));
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return {
    address,
    folder,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      folder[Symbol.dispose]();
    },
  };
}

describe('a connection', () => {
  test('to nobody, or to another file, is CALL_FAILED', async () => {
    using folder = temporaryFolder();
    await expect(connectControl(join(folder.path, 'none'))).rejects.toMatchObject(failed);
    await expect(connectControl(folder.write('file'))).rejects.toMatchObject(failed);
  });

  test.runIf(process.getuid?.() === 0)('to the socket of another user is refused', async () => {
    await using server = await oddServer(() => {});
    chownSync(server.address, 65_534, 65_534);
    await expect(connectControl(server.address)).rejects.toMatchObject({
      ...failed,
      message: expect.stringContaining('another user'),
    });
  });
});

describe('a call', () => {
  test('gives what the handler gave, with paths that are not UTF-8 as they were', async () => {
    await using room = await controlRoom({
      'jobs.start': ({ kind, roots }) => ({
        id: 1,
        kind,
        schedule: null,
        roots,
        state: 'running',
        problem: '',
        created_at: 1,
        ended_at: null,
        resumes: 0,
        progress: noProgress,
      }),
    });
    using client = await connectControl(room.address);
    const roots = ['/\uDCFF', '/ä\n'];
    const job = await client.call('jobs.start', { kind: 'custom', roots, actor: 'user me' });
    expect(job.roots).toEqual(roots);
  });

  test('fails with the code, the message and the details of the handler', async () => {
    await using room = await controlRoom({
      'history.verify': () => {
        throw new AppError('VAULT_REFUSED', 'it is in use', { details: { id: 3 } });
      },
    });
    using client = await connectControl(room.address);
    const error: unknown = await client.call('history.verify', {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'VAULT_REFUSED', message: 'it is in use', details: { id: 3 } });
  });

  test('that is not answered in time fails, and the next one does not get its answer', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({
      'history.verify': () => slow.promise,
      'sweep.start': () => ({ started: true }),
    });
    using client = await connectControl(room.address);
    await expect(client.call('history.verify', {}, { timeoutMs: 20 })).rejects.toMatchObject(failed);
    slow.resolve(verified);
    expect(await client.call('sweep.start', {})).toEqual({ started: true });
  });

  test('that does not fit into a message is not sent', async () => {
    await using room = await controlRoom();
    using client = await connectControl(room.address);
    const roots = Array.from({ length: 400 }, () => `/${'x'.repeat(4000)}`);
    await expect(
      client.call('jobs.start', { kind: 'custom', roots, actor: 'user me' }),
    ).rejects.toMatchObject({ code: 'CALL_INVALID' });
    expect(room.server.counts.refused).toBe(0);
  });

  test.each([
    ['is not what the contract says', '{"id":1,"ok":true,"value":{"intact":"yes"}}\n'],
    ['is followed by the end of the connection', null],
    [
      'is an error that this version does not know',
      '{"id":1,"ok":false,"error":{"code":"NEW","message":"m","details":{}}}\n',
    ],
    [
      'is about the connection',
      '{"id":null,"ok":false,"error":{"code":"CALL_FAILED","message":"m","details":{}}}\n',
    ],
  ])('whose answer %s fails', async (_, answer) => {
    await using server = await oddServer((socket) => (answer === null ? socket.end() : socket.write(answer)));
    using client = await connectControl(server.address);
    await expect(client.call('history.verify', {})).rejects.toMatchObject(failed);
  });

  test('is not misled by lines that are no answer to it', async () => {
    const answer = { id: 1, ok: true, value: verified };
    const lines = [
      'garbage',
      '[]',
      '{"event":1}',
      '{"id":2,"ok":true,"value":1}',
      '\uFFFD',
      JSON.stringify(answer),
    ];
    await using server = await oddServer((socket) => socket.write(`${lines.join('\n')}\n`));
    using client = await connectControl(server.address);
    expect(await client.call('history.verify', {})).toEqual(verified);
  });

  test('to a Vedette that stops fails with SHUTTING_DOWN, and every later one fails', async () => {
    await using room = await controlRoom({ 'history.verify': () => new Promise(() => {}) });
    using client = await connectControl(room.address);
    const call = client.call('history.verify', {});
    call.catch(() => {});
    await expect.poll(() => room.asked).toHaveLength(1);
    await room.server[Symbol.asyncDispose]();
    await expect(call).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(client.call('history.verify', {})).rejects.toMatchObject(failed);
  });

  test('under way when the client is closed fails', async () => {
    await using room = await controlRoom({ 'history.verify': () => new Promise(() => {}) });
    const client = await connectControl(room.address);
    const call = client.call('history.verify', {});
    client[Symbol.dispose]();
    await expect(call).rejects.toMatchObject(failed);
  });
});

describe('events', () => {
  test('come from the moment they are asked for, beside answers, until nobody wants them', async () => {
    await using room = await controlRoom({ 'history.verify': () => verified });
    using client = await connectControl(room.address);
    const stop = new AbortController();
    const events = client.events(false, stop.signal);
    await client.call('history.verify', {});
    for (const event of [verdictEvent('clean'), verdictEvent('infected'), historyEvent(2)]) room.emit(event);
    const heard: FeedEvent[] = [];
    for await (const event of events) {
      heard.push(event);
      await client.call('history.verify', {});
      if (heard.length === 2) stop.abort();
    }
    expect(heard).toEqual([verdictEvent('infected'), historyEvent(2)]);
  });

  test('end when they are waited for and the signal comes', async () => {
    await using room = await controlRoom();
    using client = await connectControl(room.address);
    const stop = new AbortController();
    const iterator = client.events(true, stop.signal)[Symbol.asyncIterator]();
    const next = iterator.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('that came before the connection ended are told before the error', async () => {
    await using room = await controlRoom({ 'history.verify': () => verified });
    using client = await connectControl(room.address);
    const events = client.events(true, new AbortController().signal);
    await client.call('history.verify', {});
    room.emit(historyEvent(1));
    await room.server[Symbol.asyncDispose]();
    const iterator = events[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: historyEvent(1) });
    await expect(iterator.next()).rejects.toMatchObject(failed);
  });

  test('of a kind that this version does not know are passed over', async () => {
    const lines = [
      '{"id":1,"ok":true,"value":{}}',
      '{"event":{"kind":"new"}}',
      JSON.stringify({ event: historyEvent(3) }),
    ];
    await using server = await oddServer((socket) => socket.write(`${lines.join('\n')}\n`));
    using client = await connectControl(server.address);
    const iterator = client.events(true, new AbortController().signal)[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: historyEvent(3) });
  });

  test('that are not taken pile up with Vedette, not here: it cuts us off', async () => {
    await using room = await controlRoom({ 'history.verify': () => verified });
    using client = await connectControl(room.address);
    const events = client.events(true, new AbortController().signal);
    await client.call('history.verify', {});
    const event = historyEvent(1, 'x'.repeat(10_000));
    for (let told = 0; told < 3000 && room.server.counts.cutOff === 0; told += 1) {
      room.emit(event);
      await new Promise(setImmediate);
    }
    expect(room.server.counts.cutOff).toBe(1);
    let count = 0;
    const all = (async () => {
      for await (const _event of events) count += 1;
    })();
    await expect(all).rejects.toMatchObject(failed);
    expect(count).toBeGreaterThan(1000);
    expect(count).toBeLessThan(1600);
  });
});
