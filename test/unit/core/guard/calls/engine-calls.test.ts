import { describe, expect, test, vi } from 'vitest';
import { builtInRules } from '../../../../../src/core/antivirus-options.ts';
import { engineCalls } from '../../../../../src/core/guard/calls/engine-calls.ts';
import type { WorkerProcess } from '../../../../../src/core/processes/worker-process.ts';
import type { RulesCheckAnswer, RulesTask } from '../../../../../src/core/rules-task.ts';
import { settingsSchema } from '../../../../../src/shared/settings.ts';

const answer: RulesCheckAnswer = {
  binding: { kind: 'native', version: 'YARA-X 1.7.1 native (@litko/yara-x 0.3.0)' },
  bindingProblem: '',
  files: [
    file(`${builtInRules}/one.yar`, 3),
    file('/rules/two.yar', 2),
    file('/rules/caf\uDCE9\n/broken.yar', 1, [
      { file: '/rules/caf\uDCE9\n/broken.yar', line: 4, column: 2, code: 'E', message: 'unknown' },
    ]),
    file('/rules-of-others/three.yar', 9),
  ],
};

function file(path: string, rules: number, errors: RulesCheckAnswer['files'][number]['errors'] = []) {
  return { file: path, ok: errors.length === 0, rules, errors, warnings: [], usesExternalVariables: false };
}

/** A process that rules are checked in: it does what the test says. */
class Rules {
  readonly tasks: RulesTask[] = [];
  kills = 0;
  say: (worker: { message: (message: unknown) => void; exit: (cause: string) => void }) => void = ({
    message,
  }) => message(answer);

  readonly start = (): WorkerProcess<RulesTask> => {
    const heard: {
      message: ((message: unknown) => void) | null;
      exit: ((cause: string) => void) | null;
    } = { message: null, exit: null };
    return {
      pid: 1,
      send: (task) => {
        this.tasks.push(task);
        queueMicrotask(() =>
          this.say({
            message: (message) => heard.message?.(message),
            exit: (cause) => heard.exit?.(cause),
          }),
        );
      },
      onMessage: (listener) => void (heard.message = listener),
      onExit: (listener) => void (heard.exit = listener),
      kill: () => {
        this.kills += 1;
        heard.exit?.('ended by SIGKILL');
      },
    };
  };
}

function scene(scanning: Readonly<Record<string, unknown>> = {}) {
  const rules = new Rules();
  const antivirus = { generation: 'one', engines: async () => [], room: { clamd: null } };
  const calls = engineCalls({
    antivirus,
    settings: () => settingsSchema.parse({ scanning: { rule_paths: ['/rules'], ...scanning } }),
    updates: { start: () => ({ started: true, text: '' }) },
    startRules: rules.start,
  });
  return { rules, antivirus, show: async () => (await calls['engines.show']({})).yara };
}

describe('the rules of the engines page', () => {
  test('are counted by folder, and what is wrong in them has its place', async () => {
    const { show } = scene();
    expect(await show()).toEqual({
      binding: 'native 0.3.0',
      rule_folders: [
        { path: builtInRules, built_in: true, files: 1, rules: 3 },
        { path: '/rules', built_in: false, files: 2, rules: 3 },
      ],
      problems: [{ file: '/rules/caf\uDCE9\n/broken.yar', line: 4, message: 'unknown' }],
    });
  });

  test('are checked once for all who ask, and again when they have changed', async () => {
    const { rules, antivirus, show } = scene();
    await Promise.all([show(), show(), show()]);
    await show();
    expect(rules.tasks).toEqual([{ kind: 'check', paths: [builtInRules, '/rules'], binding: 'auto' }]);
    antivirus.generation = 'two';
    await show();
    expect(rules.tasks.length).toBe(2);
    expect(rules.kills).toBe(2);
  });

  test('that could not be tried are said to be so, and tried the next time', async () => {
    const { rules, show } = scene();
    rules.say = ({ exit }) => exit('ended by SIGSEGV');
    expect((await show()).problems).toEqual([
      {
        file: builtInRules,
        line: null,
        message: 'the rules could not be tried: the process ended by SIGSEGV',
      },
    ]);
    rules.say = ({ message }) => message({ ...answer, binding: null, bindingProblem: 'There is no YARA-X.' });
    expect(await show()).toMatchObject({
      binding: '',
      problems: [{ file: builtInRules, line: null, message: 'There is no YARA-X.' }, { line: 4 }],
    });
  });

  test('that answer nonsense are not believed', async () => {
    const { rules, show } = scene();
    rules.say = ({ message }) => message({ files: 'all of them' });
    expect((await show()).problems).toMatchObject([
      { file: builtInRules, message: expect.stringMatching(/.../) },
    ]);
  });

  test('that take long are not waited for, and there when they are done', async () => {
    vi.useFakeTimers();
    try {
      const { rules, show } = scene();
      const held: (() => void)[] = [];
      rules.say = ({ message }) => held.push(() => message(answer));
      const first = show();
      await vi.advanceTimersByTimeAsync(20_000);
      expect((await first).problems).toMatchObject([
        { message: expect.stringContaining('still being tried') },
      ]);
      const second = show();
      await vi.advanceTimersByTimeAsync(10);
      held.forEach((release) => release());
      expect((await second).binding).toBe('native 0.3.0');
      expect(rules.tasks.length).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that never end are ended', async () => {
    vi.useFakeTimers();
    try {
      const { rules, show } = scene();
      rules.say = () => {};
      void show();
      await vi.advanceTimersByTimeAsync(300_000);
      expect(rules.kills).toBeGreaterThan(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('are not looked at where YARA is off', async () => {
    const { rules, show } = scene({ enable_yara: false });
    expect((await show()).problems).toEqual([]);
    expect(rules.tasks).toEqual([]);
  });
});
