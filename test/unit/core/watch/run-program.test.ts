import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../../src/core/watch/run-program.ts';

function node(code: string, limits = {}): Promise<string> {
  return runProgram(process.execPath, ['-e', code], limits);
}

describe('a program of the system', () => {
  test('is run for what it writes, with its arguments as they are', async () => {
    expect(await runProgram(process.execPath, ['-p', 'process.argv[1]', '$(id) "; *'])).toBe('$(id) "; *\n');
  });

  test('that is not there, fails, takes too long or writes too much is an error that says so', async () => {
    await expect(runProgram('/nowhere/diskutil', [])).rejects.toThrow('ENOENT');
    await expect(node('process.exit(3)')).rejects.toThrow('could not be asked');
    await expect(node('setInterval(() => {}, 1000)', { timeoutMs: 300 })).rejects.toThrow(
      'it did not end within 0.3 s',
    );
    await expect(node('for (;;) console.log("x".repeat(1000))', { maxBytes: 10_000 })).rejects.toThrow(
      'it wrote too much',
    );
  });
});
