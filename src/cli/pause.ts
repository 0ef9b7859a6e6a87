// `vedette pause` and `vedette resume`: protection off for a while, and on again.
import { Command } from 'commander';
import { AppError } from '../shared/errors.ts';
import type { Pause } from '../shared/protection.ts';
import { currentActor } from '../core/actor.ts';
import { askVedette, type OpenDesk } from './ask-vedette.ts';
import { formatTime } from './clock-text.ts';
import { exitCodes } from './exit-codes.ts';
import { addAskingOptions, askingOptionsSchema, type AskingOptions } from './remote-options.ts';
import { hint, linesOf, shownText, tell } from './tell.ts';

const pauseHelp = `
Examples:
  vedette pause                  for 15 minutes
  vedette pause 8h               a time: seconds (s), minutes (m), hours (h) or days (d)
  vedette pause until-restart    until Vedette is started again

Files that come meanwhile are scanned when protection is on again. Scans go on. The history says who paused.`;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const maxSeconds = 31_536_000;

export function pauseCommand(openDesk: OpenDesk): Command {
  const command = new Command('pause')
    .summary('switch protection off for a while')
    .description('Switches real-time protection off for a while; it comes back by itself.')
    .argument('[time]', '15m, 1h, 8h, until-restart …', '15m')
    .addHelpText('after', pauseHelp)
    .action(async (time: string, options: unknown) => {
      process.exitCode = await pause(openDesk, time, askingOptionsSchema.parse(options));
    });
  return addAskingOptions(command);
}

export function resumeCommand(openDesk: OpenDesk): Command {
  const command = new Command('resume')
    .summary('switch protection on again')
    .description('Ends a pause: real-time protection is on again, and what came meanwhile is scanned.')
    .action(async (options: unknown) => {
      process.exitCode = await resume(openDesk, askingOptionsSchema.parse(options));
    });
  return addAskingOptions(command);
}

function pause(openDesk: OpenDesk, time: string, options: AskingOptions): Promise<number> {
  const seconds = parsePauseTime(time);
  return askVedette(options, openDesk, async (call) => {
    const paused = await call('protection.pause', { seconds, actor: currentActor() });
    tell(options, {
      document: { format: 'vedette.pause/1', ...paused },
      entries: [paused],
      text: options.quiet ? '' : pauseText(paused),
    });
    return exitCodes.nothingFound;
  });
}

function resume(openDesk: OpenDesk, options: AskingOptions): Promise<number> {
  return askVedette(options, openDesk, async (call) => {
    const answer = await call('protection.resume', { actor: currentActor() });
    tell(options, {
      document: { format: 'vedette.resume/1', ...answer },
      entries: [answer],
      text: options.quiet ? '' : resumeText(answer.was_paused),
    });
    return exitCodes.nothingFound;
  });
}

/** Seconds; null for `until-restart`. @throws AppError BAD_USAGE */
export function parsePauseTime(text: string): number | null {
  if (text === 'until-restart') return null;
  const { number, unit } = /^(?<number>\d{1,9})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const seconds = Number(number) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  if (seconds > 0 && seconds <= maxSeconds) return seconds;
  const expected = 'write for example 15m, 1h or 8h (at most 365d), or until-restart';
  throw new AppError('BAD_USAGE', `'${text}' is no time for a pause; ${expected}`);
}

export function pauseText({ until, actor }: Pause): string {
  const end = until === null ? 'until Vedette is started again' : `until ${formatTime(until)}`;
  return linesOf([
    `Protection is paused ${end}, by ${shownText(actor)}. New files are not looked at.`,
    hint('To switch it on now: vedette resume'),
  ]);
}

export function resumeText(wasPaused: boolean): string {
  return linesOf([
    wasPaused
      ? 'Protection is on again; what came meanwhile is scanned now.'
      : 'Protection was not paused: nothing has changed.',
  ]);
}
