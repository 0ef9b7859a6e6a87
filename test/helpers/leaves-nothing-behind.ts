// Runs with every unit test file: those share a process, and none may leave fake timers, variables or a folder to the next.
import assert from 'node:assert/strict';
import { setTimeout as realTimeout } from 'node:timers';
import { afterAll, beforeAll, vi } from 'vitest';

function surroundings() {
  return {
    // A spy on a fake timer that is restored brings the fake one back: `vi.stubGlobal` does not.
    timersAreReal: setTimeout === realTimeout,
    variables: { ...process.env },
    folder: process.cwd(),
    mask: process.umask(),
    exitCode: process.exitCode,
  };
}

let before: ReturnType<typeof surroundings>;
beforeAll(() => {
  before = surroundings();
  assert(before.timersAreReal, 'a file before this one left its fake timers');
});

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  assert.deepEqual(surroundings(), before);
});
