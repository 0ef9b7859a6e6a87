// Only whole messages of the watch worker reach the core.
import { expect, test } from 'vitest';
import { mostFilesAMessage } from '../../../../src/core/watch/offer-batch.ts';
import { readWatcherMessage } from '../../../../src/core/watch/watch-message.ts';
import type { MessageFromWatcher } from '../../../../src/core/watch/watch-protocol.ts';

const file = { path: '/root/a\udcff', root: '/root', eventAtMs: 1.5, settled: true };
const messages: readonly MessageFromWatcher[] = [
  { kind: 'files', files: Array.from({ length: mostFilesAMessage }, () => file) },
  {
    kind: 'roots',
    roots: [
      { path: '/root', removable: false, state: 'degraded', cause: 'c', remedy: '', folders: 3, sinceMs: 1 },
    ],
  },
  { kind: 'doubt', root: null, cause: 'the watcher stood still' },
  { kind: 'alive', memoryBytes: 1, loopDelayMs: 0.5, unsettled: 2, events: 3 },
];

test.each(messages)('a $kind message arrives as it was sent, after JSON too', (message) => {
  expect(readWatcherMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test.each([
  null,
  'files',
  { kind: 'unknown' },
  { kind: 'files', files: [{ ...file, path: '' }] },
  { kind: 'files', files: [{ ...file, settled: 'yes' }] },
  { kind: 'files', files: Array.from({ length: mostFilesAMessage + 1 }, () => file) },
  { kind: 'alive', memoryBytes: -1, loopDelayMs: 0, unsettled: 0, events: 0 },
  { kind: 'doubt', cause: 'no root' },
])('what is no message is refused: %j', (message) => {
  expect(readWatcherMessage(message)).toBeNull();
});
