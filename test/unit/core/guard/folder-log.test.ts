import { describe, expect, test } from 'vitest';
import { FolderLog } from '../../../../src/core/guard/folder-log.ts';
import type { RootHealth } from '../../../../src/core/watch/watch-protocol.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';

function start() {
  const clock = { ms: 0 };
  const notes: HistoryNote[] = [];
  const log = new FolderLog(
    (note) => notes.push(note),
    () => clock.ms,
  );
  return { clock, log, told: () => notes.map(({ kind, text }) => `${kind}: ${text}`) };
}

function root(state: RootHealth['state'], cause = '', path = '/home'): RootHealth {
  return { path, removable: false, state, cause, remedy: '', folders: 1, sinceMs: 0 };
}

describe('the log of watched folders', () => {
  test('says what changed, once, and nothing of what only begins', () => {
    const { clock, log, told } = start();
    log.heard([root('starting')]);
    expect(told()).toEqual([]);
    log.heard([root('watching')]);
    log.heard([root('watching')]);
    clock.ms += 60_000;
    log.heard([root('degraded', 'no permission')]);
    log.heard([root('degraded', 'no permission')]);
    clock.ms += 60_000;
    log.heard([root('degraded', 'too many watches')]);
    clock.ms += 60_000;
    log.heard([root('gone', 'it is not there')]);
    expect(told()).toEqual([
      'folder_watched: /home is watched.',
      'folder_degraded: /home is not wholly watched: no permission',
      'folder_degraded: /home is not wholly watched: too many watches',
      'folder_gone: /home is not watched: it is not there',
    ]);
  });

  test('writes at most two lines in half a minute of a folder that flickers, and the truth in the end', () => {
    const { clock, log, told } = start();
    for (let turn = 0; turn < 20; turn += 1) {
      log.heard([root('gone', 'it is not there')]);
      clock.ms += 500;
      log.heard([root('watching')]);
      clock.ms += 500;
    }
    expect(told()).toHaveLength(2);
    expect(told().at(-1)).toBe('folder_watched: /home is watched.');
    log.heard([root('gone', 'it is not there')]);
    expect(told()).toHaveLength(2);
    clock.ms += 30_000;
    log.heard([root('gone', 'it is not there')]);
    expect(told()).toHaveLength(3);
  });

  test('says at once that a folder is watched again, however soon', () => {
    const { clock, log, told } = start();
    log.heard([root('watching')]);
    clock.ms += 1000;
    log.heard([root('gone', 'it is not there')]);
    clock.ms += 1000;
    log.heard([root('watching')]);
    expect(told()).toEqual([
      'folder_watched: /home is watched.',
      'folder_gone: /home is not watched: it is not there',
      'folder_watched: /home is watched.',
    ]);
  });

  test('keeps folders apart, and forgets those that are not to be watched any more', () => {
    const { log, told } = start();
    log.heard([root('watching', '', '/a'), root('watching', '', '/b')]);
    log.heard([root('watching', '', '/a')]);
    log.heard([root('watching', '', '/a'), root('watching', '', '/b')]);
    expect(told()).toEqual([
      'folder_watched: /a is watched.',
      'folder_watched: /b is watched.',
      'folder_watched: /b is watched.',
    ]);
  });

  test('goes on when the clock is set back', () => {
    const { clock, log, told } = start();
    clock.ms = 10_000_000;
    log.heard([root('gone', 'it is not there')]);
    log.heard([root('watching')]);
    clock.ms = 0;
    log.heard([root('gone', 'it is not there')]);
    expect(told()).toHaveLength(3);
  });
});
