import { CommanderError } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';

/** What a command line that is mistaken says on standard error, and the code of its end. */
async function mistake(...args: readonly string[]): Promise<readonly [code: string, told: string]> {
  let told = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  try {
    const program = await createProgram(args);
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return [error.code, told];
    throw error;
  } finally {
    spy.mockRestore();
  }
  throw new Error('it was no mistake');
}

describe('a mistaken command line', () => {
  test.each([
    [['scn'], "unknown command 'scn'; did you mean 'scan'?", '\n(vedette --help tells more)'],
    [['help', 'scn'], "unknown command 'scn'; did you mean 'scan'?", '\n(vedette --help tells more)'],
    [['jobs', 'strat'], "unknown command 'strat'; did you mean 'start'?", '(vedette jobs --help tells more)'],
    [['threats', '12'], "unknown command '12'", '(vedette threats --help tells more)'],
    [
      ['brake', 'relase'],
      "unknown command 'relase'; did you mean 'release'?",
      '(vedette brake --help tells more)',
    ],
    [['help', 'nothing'], "unknown command 'nothing'", '\n(vedette --help tells more)'],
    [['scan', '--jsn'], "unknown option '--jsn'", '(vedette scan --help tells more)'],
    [
      ['token', 'create', 'x'],
      "required option '--scope <scopes>' not specified",
      '(vedette token create --help tells more)',
    ],
    [['--json', 'scan'], "unknown option '--json'", 'options of a command stand after its name'],
  ])('%j is told in the words of all others, with where to look', async (args, what, more) => {
    const [, told] = await mistake(...args);
    expect(told).toMatch(/^vedette: /);
    expect(told).toContain(what);
    expect(told).toContain(more);
  });

  test('help for a command that there is, and of its commands, is none', async () => {
    const help = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      for (const args of [
        ['help', 'jobs'],
        ['jobs', 'help'],
        ['jobs', 'help', 'start'],
      ])
        expect((await mistake(...args))[0]).toBe('commander.help');
    } finally {
      help.mockRestore();
    }
  });
});
