// Runs with every unit test file: those share a process, and none may leave fake timers, variables or a folder to the next.
import { afterAll, beforeAll, expect, vi } from 'vitest';

interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly mask: number;
  readonly exitCode: number | string | null | undefined;
}

let before: Surroundings;
beforeAll(() => {
  before = surroundings();
});

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  expect(surroundings()).toEqual(before);
});

function surroundings(): Surroundings {
  return {
    variables: { ...process.env },
    folder: process.cwd(),
    mask: process.umask(),
    exitCode: process.exitCode,
  };
}
