import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { askVedette } from '../../../src/cli/ask-vedette.ts';
import { historyCommand } from '../../../src/cli/history.ts';
import { askingOptionsSchema, type AskingOptions } from '../../../src/cli/remote-options.ts';
import { ControlServer } from '../../../src/core/control/control-server.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { takeOwnerLock, type OwnerLock } from '../../../src/core/store/owner-lock.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { fakeHandlers } from '../../helpers/fake-handlers.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const verified = { intact: true, records: 7, first_number: 1, broken_at: null, problem: '' };

function own(dataDir: string, address: string | null): OwnerLock {
  const taken = takeOwnerLock(dataDir, { purpose: 'watch', address });
  if (taken.kind === 'held') throw new TypeError('somebody has it');
  return taken.lock;
}

function listen(address: string) {
  const { handlers, asked } = fakeHandlers({ 'history.verify': () => verified });
  const options = { address, handlers, subscribe: () => () => {}, logger: silentLogger };
  return { asked, server: ControlServer.listen(options) };
}

function optionsFor(dataDir: string): AskingOptions {
  return askingOptionsSchema.parse({ dataDir, logLevel: 'silent' });
}

function nobody(): Promise<never> {
  return Promise.reject(new AppError('VAULT_UNUSABLE', 'no desk'));
}

describe('who answers', () => {
  test('is the Vedette that owns the data folder, when there is one', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    const { asked, server } = listen(address);
    await using _server = await server;
    using _lock = own(folder.path, address);
    const run = await runCommand(historyCommand, ['verify'], {}, folder.path);
    expect(run.stdout).toContain('Intact: 7 records');
    expect([run.asked, asked.length]).toEqual([[], 1]);
  });

  test('is this process, when there is none, whatever was left behind', async () => {
    using folder = temporaryFolder();
    const lock = own(folder.path, join(folder.path, 'control.sock'));
    lock[Symbol.dispose]();
    const run = await runCommand(
      historyCommand,
      ['verify'],
      { 'history.verify': () => verified },
      folder.path,
    );
    expect(run.asked).toHaveLength(1);
  });

  test('is waited for while it starts', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    using lock = own(folder.path, null);
    const running = runCommand(historyCommand, ['verify'], {}, folder.path);
    const { asked, server } = listen(address);
    await using _server = await server;
    lock.announce(address);
    expect((await running).stdout).toContain('Intact: 7 records');
    expect(asked).toHaveLength(1);
  });

  test('is this process once an owner that was ending is gone', async () => {
    using folder = temporaryFolder();
    const lock = own(folder.path, join(folder.path, 'control.sock'));
    const running = runCommand(historyCommand, ['verify'], { 'history.verify': () => verified }, folder.path);
    lock[Symbol.dispose]();
    expect((await running).asked).toHaveLength(1);
  });

  test('is asked for again when somebody was quicker', async () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'control.sock');
    const { asked, server } = listen(address);
    await using _server = await server;
    const locks: OwnerLock[] = [];
    const exitCode = await askVedette(
      optionsFor(folder.path),
      () => {
        locks.push(own(folder.path, address));
        return Promise.reject(new AppError('ALREADY_RUNNING', 'it is taken'));
      },
      (call) => call('history.verify', {}).then(({ records }) => records),
    );
    for (const lock of locks) lock[Symbol.dispose]();
    expect([exitCode, asked.length, locks.length]).toEqual([7, 1, 1]);
  });

  test.each([
    ['takes no calls', null],
    ['does not answer', 'control.sock'],
  ])('is nobody when the owner %s: the command says who that is', async (what, name) => {
    using folder = temporaryFolder();
    using _lock = own(folder.path, name === null ? null : join(folder.path, name));
    const asking = askVedette(optionsFor(folder.path), nobody, () => Promise.resolve(0), { patienceMs: 0 });
    const who = `vedette watch (process ${process.pid}) owns the data folder ${folder.path} and ${what}`;
    await expect(asking).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining(who),
    });
  });

  test('is nobody when the desk cannot be opened, and why is said at once', async () => {
    using folder = temporaryFolder();
    await expect(askVedette(optionsFor(folder.path), nobody, () => Promise.resolve(0))).rejects.toMatchObject(
      {
        code: 'VAULT_UNUSABLE',
      },
    );
  });
});

test('what a desk has to say of its databases is said beside the answer, unless that tells it', async () => {
  using folder = temporaryFolder();
  const notices = ['The history was damaged: it was set aside as history.db.damaged-1 and begun anew.'];
  const { handlers } = fakeHandlers({});
  let told = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  try {
    const desk = { handlers, notices, [Symbol.asyncDispose]: () => Promise.resolve() };
    function openDesk(): Promise<typeof desk> {
      return Promise.resolve(desk);
    }
    const options = optionsFor(folder.path);
    await askVedette(options, openDesk, () => Promise.resolve(0), { tellsNotices: true });
    expect(told).toBe('');
    await askVedette(options, openDesk, () => Promise.resolve(0));
    expect(told).toBe(`vedette: note: ${notices.join('')}\n`);
  } finally {
    spy.mockRestore();
  }
});

test('what was opened is closed again, also after an error, and nothing can be listened to', async () => {
  using folder = temporaryFolder();
  const options = optionsFor(join(folder.path, 'data'));
  let closed = 0;
  const work = askVedette(
    options,
    ({ dataDir }) => {
      expect(existsSync(dataDir)).toBe(true);
      return Promise.resolve({
        handlers: fakeHandlers({}).handlers,
        [Symbol.asyncDispose]: () => {
          closed += 1;
          return Promise.resolve();
        },
      });
    },
    (call, listenTo) => {
      expect(listenTo).toBeNull();
      return call('sweep.start', {}).then(() => 0);
    },
  );
  await expect(work).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(closed).toBe(1);
});
