// A command of the program run in this process, with what it wrote and its exit code.
import { stripVTControlCharacters } from 'node:util';
import { CommanderError, type Command } from 'commander';
import { vi } from 'vitest';
import type { OpenDesk } from '../../../src/cli/ask-vedette.ts';
import type { Handlers } from '../../../src/shared/contract.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { reportDocumentSchemas } from '../../../src/shared/report-documents.ts';
import { fakeHandlers, type FakeHandlers } from '../../helpers/fake-handlers.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

export interface CommandRun extends Pick<FakeHandlers, 'asked'> {
  readonly exitCode: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Code of the error that the command ended with. */
  readonly error: string | null;
}

/** Answers in this process, as without a running Vedette. */
export async function runCommand(
  make: (openDesk: OpenDesk) => Command,
  args: readonly string[],
  answers: Partial<Handlers> = {},
  dataDir?: string,
): Promise<CommandRun> {
  using folder = temporaryFolder();
  const { handlers, asked } = fakeHandlers(answers);
  let [stdout, stderr] = ['', ''];
  const outSpy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const errorSpy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  const before = process.exitCode;
  const command = make(() => Promise.resolve({ handlers, [Symbol.asyncDispose]: () => Promise.resolve() }));
  endByThrowing(command);
  try {
    process.exitCode = undefined;
    await command.parseAsync([...args, '--data-dir', dataDir ?? folder.path], { from: 'user' });
    return {
      exitCode: process.exitCode,
      stdout: stripVTControlCharacters(stdout),
      stderr: stripVTControlCharacters(stderr),
      error: null,
      asked,
    };
  } catch (reason) {
    if (!(reason instanceof AppError) && !(reason instanceof CommanderError)) throw reason;

    return { exitCode: undefined, stdout, stderr: stderr + reason.message, error: reason.code, asked };
  } finally {
    process.exitCode = before;
    outSpy.mockRestore();
    errorSpy.mockRestore();
  }
}

/** The one document that was printed, of the form that is published for it. */
export function documentOf({ stdout }: CommandRun): Record<string, unknown> {
  const document: unknown = JSON.parse(stdout);
  for (const schema of Object.values(reportDocumentSchemas)) {
    const parsed = schema.strict().safeParse(document);
    if (parsed.success) return { ...parsed.data };
  }
  throw new TypeError(`no published form fits: ${stdout}`);
}

function endByThrowing(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) endByThrowing(each);
}
