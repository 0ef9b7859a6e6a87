// The commands; each is a file of its own, and only the one that is asked for is loaded.
import { Command } from 'commander';
import { readVersion } from '../core/version.ts';
import { didYouMean } from '../shared/settings/closest-name.ts';
import type { OpenDesk } from './ask-vedette.ts';

/** In the order of the help. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['scan', async () => (await import('./scan.ts')).scanCommand(openDesk)],
  ['watch', async () => (await import('./watch.ts')).watchCommand()],
  ['serve', async () => (await import('./serve.ts')).serveCommand()],
  ['status', async () => (await import('./status.ts')).statusCommand(openDesk)],
  ['threats', async () => (await import('./threats.ts')).threatsCommand(openDesk)],
  ['quarantine', async () => (await import('./quarantine.ts')).quarantineCommand(openDesk)],
  ['allow', async () => (await import('./allow.ts')).allowCommand(openDesk)],
  ['brake', async () => (await import('./brake.ts')).brakeCommand(openDesk)],
  ['history', async () => (await import('./history.ts')).historyCommand(openDesk)],
  ['jobs', async () => (await import('./jobs.ts')).jobsCommand(openDesk)],
  ['pause', async () => (await import('./pause.ts')).pauseCommand(openDesk)],
  ['resume', async () => (await import('./pause.ts')).resumeCommand(openDesk)],
  ['metrics', async () => (await import('./metrics.ts')).metricsCommand()],
  ['token', async () => (await import('./token.ts')).tokenCommand()],
  ['rules', async () => (await import('./rules.ts')).rulesCommand()],
  ['config', async () => (await import('./config.ts')).configCommand()],
  ['bench', async () => (await import('./bench.ts')).benchCommand()],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand()],
]);

/** A description next to long options is narrow on a small terminal, but still wrapped. */
const minWidthToWrap = 20;

/**
 * @param args all commands where they do not begin with the name of one, for the help and for a name that is mistaken
 * @throws CommanderError for a command that there is not, also of another
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const [name = '', inner = ''] = args;
  const isOption = name.startsWith('-');
  const program = new Command('vedette')
    .description('An antivirus that never says "clean" about what it did not look at.')
    .version(readVersion())
    .exitOverride()
    .configureHelp({ minWidthToWrap })
    // One voice, whoever found the mistake.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'vedette: ')) })
    .showHelpAfterError(
      `(${isOption ? 'options of a command stand after its name; ' : ''}vedette --help tells more)`,
    )
    .helpCommand(true);
  const asked = commands.get(name);
  for (const load of asked === undefined ? commands.values() : [asked])
    program.addCommand(inheriting(await load(), program, 'vedette'));
  if (asked === undefined) refuseUnknown(program, name === 'help' ? inner : name);
  else for (const command of program.commands) refuseUnknown(command, inner);
  return program;
}

/** Also where commander would take the name for an argument of the default command, or of the help. */
function refuseUnknown(command: Command, name: string): void {
  const known = command.commands.map((each) => each.name());
  const mayBeName = known.length > 0 && name !== '' && name !== 'help' && !name.startsWith('-');
  if (!mayBeName || known.includes(name)) return;
  command.error(`error: unknown command '${name}'${didYouMean(name, known)}`);
}

/** Commands of commands too: a mistake in one of them is told, and ends, as any other. */
function inheriting(command: Command, parent: Command, path: string): Command {
  const ownPath = `${path} ${command.name()}`;
  command.copyInheritedSettings(parent);
  command.showHelpAfterError(`(${ownPath} --help tells more)`);
  const summary = command.summary();
  // Its own help says what the list of commands says of it, if there is no more to say.
  if (command.description() === '' && summary !== '')
    command.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  for (const inner of command.commands) inheriting(inner, command, ownPath);
  return command;
}

/** Loaded when it is needed: most commands ask a Vedette that runs, or nobody. */
async function openDesk(options: Parameters<OpenDesk>[0]): ReturnType<OpenDesk> {
  const { openDesk: open } = await import('../core/guard/open-desk.ts');
  return await open(options);
}
