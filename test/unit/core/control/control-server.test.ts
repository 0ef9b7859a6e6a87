import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import { ControlServer } from '../../../../src/core/control/control-server.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { fakeHandlers } from '../../../helpers/fake-handlers.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { controlRoom, historyEvent, historyRecord, verdictEvent, type ControlRoom } from './control-room.ts';
import { RawCaller } from './raw-caller.ts';

const verified = { intact: true, records: 0, first_number: null, broken_at: null, problem: '' };
const verify = { id: 1, call: 'history.verify', input: {} };
const answers = { 'history.verify': () => verified };

function refused(id: number | null, code = 'CALL_INVALID') {
  return {
    id,
    ok: false,
    error: { code, message: expect.stringMatching(/./), details: {} },
  };
}

/** The server still answers on this connection and on a new one. */
async function expectAlive(room: ControlRoom, caller?: RawCaller): Promise<void> {
  using other = new RawCaller(room.address);
  for (const each of caller === undefined ? [other] : [caller, other]) {
    each.send(verify);
    expect(await each.next()).toEqual([{ id: 1, ok: true, value: verified }]);
  }
}

function options(address: string) {
  return { address, handlers: fakeHandlers({}).handlers, subscribe: () => () => {}, logger: silentLogger };
}

async function subscriber(room: ControlRoom, all: boolean): Promise<RawCaller> {
  const caller = new RawCaller(room.address);
  caller.send({ id: 0, call: 'subscribe', input: { all } });
  expect(await caller.next()).toEqual([{ id: 0, ok: true, value: {} }]);
  return caller;
}

describe('the socket', () => {
  test('is readable and writable by its owner only, whatever the umask, and is gone with the server', async () => {
    const before = process.umask(0);
    try {
      await using room = await controlRoom();
      const stats = lstatSync(room.address);
      expect([stats.isSocket(), stats.mode & 0o777]).toEqual([true, 0o600]);
      expect(process.umask()).toBe(0);
      await room.server[Symbol.asyncDispose]();
      expect(existsSync(room.address)).toBe(false);
    } finally {
      process.umask(before);
    }
  });

  test('is private from the moment it is there', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    const before = process.umask(0);
    try {
      const listening = ControlServer.listen(options(address));
      // Promises alone: no event comes between, so nothing is made right afterwards.
      for (let turn = 0; turn < 100 && !existsSync(address); turn += 1) await Promise.resolve();
      expect(lstatSync(address).mode & 0o777).toBe(0o600);
      await using _server = await listening;
    } finally {
      process.umask(before);
    }
  });

  test('that a killed process left behind is replaced', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script], { timeout: 20_000 });
    expect(lstatSync(address).isSocket()).toBe(true);
    await using server = await ControlServer.listen(options(address));
    expect(server.counts).toEqual({ connections: 0, refused: 0, cutOff: 0 });
    using caller = new RawCaller(address);
    caller.send({ id: 1, call: 'nothing', input: {} });
    expect(await caller.next()).toEqual([refused(1)]);
  });

  test('that somebody listens on is left to them', async () => {
    await using room = await controlRoom(answers);
    await expect(ControlServer.listen(options(room.address))).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
    });
    await expectAlive(room);
  });

  test.each(['file', 'link'])('never takes the place of a %s', async (what) => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    const file = folder.write(what === 'file' ? 'control.sock' : 'target', 'mine');
    if (what === 'link') symlinkSync(file, address);
    await expect(ControlServer.listen(options(address))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(readFileSync(address, 'utf8')).toBe('mine');
  });

  test('that cannot be made is an error, not a crash', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'x'.repeat(150));
    await expect(ControlServer.listen(options(address))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('a call', () => {
  test('is answered with its own number, also when a later one is done first', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({
      'history.verify': () => slow.promise,
      'sweep.start': () => ({ started: true }),
    });
    using caller = new RawCaller(room.address);
    caller.send({ ...verify, id: 7 }, { id: 8, call: 'sweep.start', input: {} });
    expect(await caller.next()).toEqual([{ id: 8, ok: true, value: { started: true } }]);
    slow.resolve(verified);
    expect(await caller.next()).toEqual([{ id: 7, ok: true, value: verified }]);
  });

  test('gives the handler what the schema makes of the input', async () => {
    await using room = await controlRoom({ 'jobs.list': () => ({ jobs: [], schedules: [] }) });
    using caller = new RawCaller(room.address);
    caller.send({ id: 1, call: 'jobs.list', input: {} });
    await caller.next();
    expect(room.asked).toEqual([{ name: 'jobs.list', input: { limit: 100 } }]);
  });

  test.each(['system', 'policy', 'settings', ' System\u200b', '\u200bpolicy, really'])(
    'in the name of Vedette itself is refused: %j',
    async (actor) => {
      await using room = await controlRoom({ 'brake.release': () => ({ was_on: true }) });
      using caller = new RawCaller(room.address);
      caller.send({ id: 1, call: 'brake.release', input: { actor } });
      expect(await caller.next()).toEqual([refused(1)]);
      caller.send({ id: 2, call: 'brake.release', input: { actor: 'user system' } });
      expect(await caller.next()).toEqual([{ id: 2, ok: true, value: { was_on: true } }]);
      expect(room.asked).toEqual([{ name: 'brake.release', input: { actor: 'user system' } }]);
    },
  );

  test('keeps the code and details of an expected error', async () => {
    await using room = await controlRoom({
      'history.verify': () => {
        throw new AppError('NOT_FOUND', 'there is none', { details: { id: 4 } });
      },
    });
    using caller = new RawCaller(room.address);
    caller.send(verify);
    expect(await caller.next()).toEqual([
      { id: 1, ok: false, error: { code: 'NOT_FOUND', message: 'there is none', details: { id: 4 } } },
    ]);
    expect(room.server.counts.refused).toBe(0);
  });

  test.each([
    ['throws', () => Promise.reject(new TypeError('secret of the house'))],
    ['answers with something else', () => ({ ...verified, records: -1 })],
  ])('whose handler %s fails without a word about the inside, which is in the log', async (_, handler) => {
    await using room = await controlRoom({ ...answers, 'history.verify': handler });
    using caller = new RawCaller(room.address);
    caller.send(verify);
    const [reply] = await caller.next();
    expect(reply).toEqual(refused(1, 'CALL_FAILED'));
    expect(JSON.stringify(reply)).not.toMatch(/secret|stack/);
    expect(room.logged).toEqual([
      {
        level: 'error',
        message: 'a call failed',
        fields: { call: 'history.verify', cause: expect.stringMatching(/secret|records/) },
      },
    ]);
  });

  test('whose answer cannot be written down fails, and the server goes on', async () => {
    await using room = await controlRoom({
      ...answers,
      'history.list': () => ({
        events: [{ ...historyRecord(1), details: { big: 1n } }],
      }),
    });
    using caller = new RawCaller(room.address);
    caller.send({ id: 3, call: 'history.list', input: { kinds: [], before: null } });
    expect(await caller.next()).toEqual([refused(3, 'CALL_FAILED')]);
    await expectAlive(room, caller);
  });

  test('over 32 at a time is refused until one is answered', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({ 'history.verify': () => slow.promise });
    using caller = new RawCaller(room.address);
    caller.send(...Array.from({ length: 33 }, (_, id) => ({ ...verify, id })));
    expect(await caller.next()).toEqual([refused(32, 'CALL_REFUSED')]);
    slow.resolve(verified);
    expect(await caller.next(32)).toHaveLength(32);
    caller.send({ ...verify, id: 33 });
    expect(await caller.next()).toEqual([{ id: 33, ok: true, value: verified }]);
  });

  test('with the number of one that waits is refused: nobody could tell the answers apart', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({ 'history.verify': () => slow.promise });
    using caller = new RawCaller(room.address);
    caller.send(verify, verify);
    expect(await caller.next()).toEqual([refused(null)]);
    slow.resolve(verified);
    expect(await caller.next()).toEqual([{ id: 1, ok: true, value: verified }]);
  });

  test('of somebody who has said all is still answered, and then the connection ends', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({ 'history.verify': () => slow.promise });
    using caller = await new RawCaller(room.address).connected();
    caller.send(verify);
    caller.socket.end();
    await expect.poll(() => room.asked).toHaveLength(1);
    slow.resolve(verified);
    expect(await caller.next(2)).toEqual([{ id: 1, ok: true, value: verified }]);
    await caller.ended();
  });
});

describe('what is not in the contract', () => {
  const polluted = '{"id":1,"call":"findings.act","input":{"ids":[1],"__proto__":{"isAdmin":true}}}';
  test.each([
    ['is not JSON', 'GET / HTTP/1.1\r', null],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), null],
    ['is no object', '[1]', null],
    ['has no number', '{"call":"status","input":{}}', null],
    ['has a number that is none', '{"id":-1,"call":"status","input":{}}', null],
    ['has more than belongs there', '{"id":1,"call":"status","input":{},"token":1}', null],
    ['would change every object', '{"id":1,"call":"status","input":{},"__proto__":{"isAdmin":true}}', null],
    ['would change every object from its input', polluted, 1],
    ['names a call that is none', '{"id":1,"call":"vault.open","input":{}}', 1],
    ['names what every object has', '{"id":1,"call":"constructor","input":{}}', 1],
    ['names the prototype', '{"id":1,"call":"__proto__","input":{}}', 1],
    ['has a name without end', `{"id":1,"call":"${'x'.repeat(1000)}","input":{}}`, null],
    ['has no input', '{"id":1,"call":"status"}', null],
    ['has an input of another type', '{"id":1,"call":"jobs.show","input":{"id":"1"}}', 1],
    ['has a number out of range', '{"id":1,"call":"jobs.list","input":{"limit":1e309}}', 1],
    ['has an input with more in it', '{"id":1,"call":"status","input":{"more":1}}', 1],
    [
      'is nested without end',
      `{"id":1,"call":"status","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      1,
    ],
  ])('because it %s is refused and counted, and the server goes on', async (_, line, id) => {
    await using room = await controlRoom(answers);
    using caller = new RawCaller(room.address);
    caller.socket.write(line);
    caller.socket.write('\n');
    expect(await caller.next()).toEqual([refused(id)]);
    expect(room.server.counts.refused).toBe(1);
    expect(room.asked).toEqual([]);
    expect('isAdmin' in {}).toBe(false);
    await expectAlive(room, caller);
  });

  test('has a log line for the first of a connection, and one with their number', async () => {
    await using room = await controlRoom();
    using caller = new RawCaller(room.address);
    caller.send(...Array.from({ length: 500 }, () => 'garbage'));
    expect(await caller.next(500)).toHaveLength(500);
    caller.socket.destroy();
    await expect.poll(() => room.server.counts).toEqual({ connections: 0, refused: 500, cutOff: 0 });
    expect(room.logged.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { code: 'CALL_INVALID', problem: expect.any(String) }],
      ['warn', { refused: 500 }],
    ]);
  });
});

describe('a message without end', () => {
  test('is refused at 1 MiB, of 50 MB, with what was said still to be read', async () => {
    await using room = await controlRoom(answers);
    using caller = new RawCaller(room.address);
    caller.socket.write(Buffer.alloc(50_000_000, 'x'));
    expect(await caller.next(2)).toEqual([refused(null)]);
    await caller.ended();
    expect(room.server.counts.refused).toBe(1);
    await expectAlive(room);
  });

  test('is no longer than 1 MiB and one byte', async () => {
    await using room = await controlRoom(answers);
    using caller = new RawCaller(room.address);
    caller.socket.write(`${JSON.stringify(verify).padEnd(1024 * 1024)}\n`);
    expect(await caller.next()).toEqual([{ id: 1, ok: true, value: verified }]);
    caller.socket.write(`${JSON.stringify(verify).padEnd(1024 * 1024 + 1)}\n`);
    expect(await caller.next()).toEqual([refused(null)]);
    await caller.ended();
  });

  test('of somebody who keeps the line open is ended within a second', async () => {
    await using room = await controlRoom(answers);
    using caller = new RawCaller(room.address);
    caller.socket.write('x'.repeat(1024 * 1024 + 1));
    caller.socket.pause();
    await expect.poll(() => room.server.counts).toEqual({ connections: 0, refused: 1, cutOff: 0 });
  });
});

test('who does not read the answers is not listened to', async () => {
  await using room = await controlRoom(answers);
  function heard(): number {
    return room.asked.length + room.server.counts.refused;
  }
  using caller = await new RawCaller(room.address).connected();
  caller.socket.pause();
  const calls = 200_000;
  caller.socket.write(`${JSON.stringify(verify)}\n`.repeat(calls));
  // Until it hears of nobody but those who read.
  await vi.waitFor(async () => {
    const before = heard();
    for (let turn = 0; turn < 20; turn += 1) await expectAlive(room);
    expect(heard() - before).toBe(20);
  }, 20_000);
  expect(heard()).toBeGreaterThan(100);
  expect(heard()).toBeLessThan(calls / 2);
});

describe('connections', () => {
  test('over 64 are turned away with a reason; there is room again when one ends', async () => {
    await using room = await controlRoom(answers);
    await using callers = new AsyncDisposableStack();
    const connected = await Promise.all(
      Array.from({ length: 64 }, () => callers.use(new RawCaller(room.address)).connected()),
    );
    await expect.poll(() => room.server.counts.connections).toBe(64);
    using late = new RawCaller(room.address);
    expect(await late.next(2)).toEqual([refused(null, 'CALL_REFUSED')]);
    await late.ended();
    expect(room.server.counts).toEqual({ connections: 64, refused: 1, cutOff: 0 });
    connected[0]?.socket.destroy();
    await expect.poll(() => room.server.counts.connections).toBe(63);
    await expectAlive(room);
  });

  test('that break in the middle of a call leave nothing behind', async () => {
    const slow = Promise.withResolvers<typeof verified>();
    await using room = await controlRoom({ 'history.verify': () => slow.promise });
    using caller = new RawCaller(room.address);
    caller.send(verify);
    await expect.poll(() => room.asked).toHaveLength(1);
    caller.socket.destroy();
    slow.resolve(verified);
    await expect.poll(() => room.server.counts.connections).toBe(0);
    await expectAlive(room);
    expect(room.logged).toEqual([]);
  });
});

describe('a subscriber', () => {
  test('hears of everything but clean verdicts, unless it asks for all', async () => {
    await using room = await controlRoom();
    using some = await subscriber(room, false);
    using all = await subscriber(room, true);
    const [clean, infected, history] = [verdictEvent('clean'), verdictEvent('infected'), historyEvent(1)];
    for (const event of [clean, infected, history]) room.emit(event);
    expect(await all.next(3)).toEqual([{ event: clean }, { event: infected }, { event: history }]);
    expect(await some.next(2)).toEqual([{ event: infected }, { event: history }]);
  });

  test('is the only reason to listen to the feed', async () => {
    await using room = await controlRoom(answers);
    await expectAlive(room);
    expect(room.listeners.size).toBe(0);
    using first = await subscriber(room, false);
    using second = await subscriber(room, true);
    expect(room.listeners.size).toBe(1);
    first.socket.destroy();
    second.socket.end();
    await second.ended();
    await expect.poll(() => room.listeners.size).toBe(0);
  });

  test('that does not read is cut off at 4 MiB; the others hear on', async () => {
    await using room = await controlRoom(answers);
    using slow = await subscriber(room, false);
    using quick = await subscriber(room, false);
    slow.socket.pause();
    const event = historyEvent(1, 'x'.repeat(100_000));
    let told = 0;
    while (room.server.counts.cutOff === 0 && told < 100) {
      room.emit(event);
      told += 1;
      expect(await quick.next()).toEqual([{ event }]);
    }
    // What the system takes for it comes on top.
    expect(told).toBeGreaterThan(40);
    expect(told).toBeLessThan(60);
    await expect.poll(() => room.server.counts).toEqual({ connections: 1, refused: 0, cutOff: 1 });
    await expectAlive(room, quick);
  });

  test('with a wrong input, or for an event that cannot be told, ends nothing', async () => {
    await using room = await controlRoom(answers);
    using caller = new RawCaller(room.address);
    caller.send({ id: 5, call: 'subscribe', input: { all: 'yes' } });
    expect(await caller.next()).toEqual([refused(5)]);
    expect(room.listeners.size).toBe(0);
    using other = await subscriber(room, true);
    room.emit(verdictEvent(1n));
    room.emit(verdictEvent('partial'));
    expect(await other.next()).toEqual([{ event: verdictEvent('partial') }]);
  });
});

describe('the end', () => {
  test('gives up what is under way, closes every connection within a second and lets nobody in', async () => {
    const never = new Promise<typeof verified>(() => {});
    await using room = await controlRoom({ 'history.verify': () => never });
    using busy = new RawCaller(room.address);
    using stubborn = await new RawCaller(room.address).connected();
    busy.send(verify, { ...verify, id: 2 });
    await expect.poll(() => room.asked).toHaveLength(2);
    // It neither reads nor ends its side.
    stubborn.socket.pause();
    const started = performance.now();
    await room.server[Symbol.asyncDispose]();
    expect(performance.now() - started).toBeLessThan(1500);
    expect(await busy.next(3)).toEqual([refused(1, 'SHUTTING_DOWN'), refused(2, 'SHUTTING_DOWN')]);
    await expect.poll(() => room.server.counts.connections).toBe(0);
    using late = new RawCaller(room.address);
    await late.ended();
  });

  test('may be asked for twice', async () => {
    await using room = await controlRoom();
    await Promise.all([room.server[Symbol.asyncDispose](), room.server[Symbol.asyncDispose]()]);
    expect(existsSync(room.address)).toBe(false);
  });
});
