// `vedette brake`: whether automatic quarantine has stopped itself, and the answer that lets it go on.
import { Command } from 'commander';
import { currentActor } from '../core/actor.ts';
import { askVedette, type OpenDesk } from './ask-vedette.ts';
import { exitCodes } from './exit-codes.ts';
import { addAskingOptions, askingOptionsSchema, type AskingOptions } from './remote-options.ts';
import { hint, linesOf, shownText, tell } from './tell.ts';

const moreHelp = `
When one signature flags many files within a minute, or a file of the operating system or of Vedette
itself is flagged, that is more often a false alarm than an attack. Automatic quarantine then stops, and
findings stay where they are until somebody has looked:

  vedette threats                what was found
  vedette brake release          it was no false alarm: quarantine automatically again

How many are many: [response] brake_detections and brake_window_seconds.`;

export function brakeCommand(openDesk: OpenDesk): Command {
  const command = new Command('brake')
    .summary('automatic quarantine that has stopped itself: see why, let it go on')
    .description('Says whether automatic quarantine has stopped because too much was found at once, and why.')
    .addHelpText('after', moreHelp)
    .action(async (options: unknown) => {
      process.exitCode = await show(openDesk, askingOptionsSchema.parse(options));
    });
  const release = new Command('release')
    .summary('let automatic quarantine go on')
    .description('Lets automatic quarantine go on: what it left where it was is quarantined now.')
    .action(async (_options: unknown, self: Command) => {
      process.exitCode = await letGo(openDesk, askingOptionsSchema.parse(self.optsWithGlobals()));
    });
  command.addCommand(addAskingOptions(release));
  return addAskingOptions(command);
}

function show(openDesk: OpenDesk, options: AskingOptions): Promise<number> {
  return askVedette(options, openDesk, async (call) => {
    const brake = await call('brake', {});
    tell(options, {
      document: { format: 'vedette.brake/1', ...brake },
      entries: [brake],
      text: options.quiet && !brake.on ? '' : brakeText(brake),
    });
    return exitCodes.nothingFound;
  });
}

function letGo(openDesk: OpenDesk, options: AskingOptions): Promise<number> {
  return askVedette(options, openDesk, async (call) => {
    const { was_on: wasOn } = await call('brake.release', { actor: currentActor() });
    tell(options, {
      document: { format: 'vedette.brake-release/1', was_on: wasOn },
      entries: [{ was_on: wasOn }],
      text: linesOf([
        wasOn
          ? 'Automatic quarantine goes on, with what it left where it was.'
          : 'Automatic quarantine had not stopped: nothing has changed.',
      ]),
    });
    return exitCodes.nothingFound;
  });
}

export function brakeText({ on, reason }: { readonly on: boolean; readonly reason: string }): string {
  if (!on) return linesOf(['Automatic quarantine has not stopped.']);
  return linesOf([
    shownText(reason),
    hint('See what was found: vedette threats. To let it go on: vedette brake release'),
  ]);
}
