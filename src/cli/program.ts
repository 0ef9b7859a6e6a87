// The commands; each is a file of its own.
import { Command } from 'commander';
import { readVersion } from '../core/version.ts';
import { allowCommand } from './allow.ts';
import type { OpenDesk } from './ask-vedette.ts';
import { benchCommand } from './bench.ts';
import { brakeCommand } from './brake.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { historyCommand } from './history.ts';
import { jobsCommand } from './jobs.ts';
import { metricsCommand } from './metrics.ts';
import { pauseCommand, resumeCommand } from './pause.ts';
import { quarantineCommand } from './quarantine.ts';
import { rulesCommand } from './rules.ts';
import { scanCommand } from './scan.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { threatsCommand } from './threats.ts';
import { tokenCommand } from './token.ts';
import { watchCommand } from './watch.ts';

export function createProgram(): Command {
  const program = new Command('vedette')
    .description('An antivirus that never says "clean" about what it did not look at.')
    .version(readVersion())
    .exitOverride()
    .showHelpAfterError('(vedette --help tells more)')
    .helpCommand(true);
  for (const command of [
    scanCommand(openDesk),
    watchCommand(),
    serveCommand(),
    statusCommand(openDesk),
    threatsCommand(openDesk),
    quarantineCommand(openDesk),
    allowCommand(openDesk),
    brakeCommand(openDesk),
    historyCommand(openDesk),
    jobsCommand(openDesk),
    pauseCommand(openDesk),
    resumeCommand(openDesk),
    metricsCommand(),
    tokenCommand(),
    rulesCommand(),
    configCommand(),
    benchCommand(),
    doctorCommand(),
  ]) {
    program.addCommand(inheriting(command, program));
  }
  return program;
}

/** Commands of commands too: a mistake in one of them is told, and ends, as any other. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  const summary = command.summary();
  // Its own help says what the list of commands says of it, if there is no more to say.
  if (command.description() === '' && summary !== '')
    command.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  for (const inner of command.commands) inheriting(inner, command);
  return command;
}

/** Loaded when it is needed: most commands ask a Vedette that runs, or nobody. */
async function openDesk(options: Parameters<OpenDesk>[0]): ReturnType<OpenDesk> {
  const { openDesk: open } = await import('../core/guard/open-desk.ts');
  return await open(options);
}
