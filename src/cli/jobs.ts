// `vedette jobs`: scans that a running Vedette does beside its watch: started, looked on, paused, resumed, cancelled.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import type { CallInput } from '../shared/contract.ts';
import { AppError } from '../shared/errors.ts';
import type { Finding } from '../shared/finding.ts';
import type { Job } from '../shared/job.ts';
import { safeJson } from '../shared/safe-json.ts';
import { currentActor } from '../core/actor.ts';
import { askVedette, type Caller, type ListenTo, type OpenDesk } from './ask-vedette.ts';
import { parseId } from './chosen-ids.ts';
import { exitCodes } from './exit-codes.ts';
import { followJob, hasEnded } from './follow-job.ts';
import { FollowScreen } from './follow-screen.ts';
import {
  changedText,
  jobsText,
  jobText,
  leftRunningText,
  nobodyScansText,
  startedText,
} from './job-texts.ts';
import { listFindings } from './list-findings.ts';
import {
  addAskingOptions,
  askingOptionsSchema,
  pathFor,
  sameVedette,
  type AskingOptions,
} from './remote-options.ts';
import { reportedFinding, reportedJob, reportedSchedule } from './reported.ts';
import { parseWholeNumber } from './size.ts';
import { tell } from './tell.ts';

const listOptionsSchema = askingOptionsSchema.extend({ limit: z.number().min(1).max(1000).default(20) });
const startOptionsSchema = askingOptionsSchema.extend({ follow: z.boolean().default(false) });
type StartOptions = z.infer<typeof startOptionsSchema>;
type StartInput = Pick<CallInput<'jobs.start'>, 'kind' | 'roots'>;

const examples = `
Examples:
  vedette jobs                              the last scans, and the schedules
  vedette jobs start quick --follow         where threats usually are; Ctrl-C leaves it running
  vedette jobs start full
  vedette jobs start ~/Downloads /srv/files
  vedette jobs start ./quick                a folder that has this name
  vedette jobs pause 3

A scan is done by the Vedette that watches (vedette watch), goes on after a restart, and puts what it finds
among the threats. vedette scan does its work in this process instead.`;

const startHelp = `
Exit codes with --follow are those of vedette scan: 0 nothing found, 1 something found, 2 errors, a scan that did not
come to its end, or files that could not be looked at; 0 also when you stop looking (Ctrl-C).`;

export function jobsCommand(openDesk: OpenDesk): Command {
  const jobs = new Command('jobs')
    .summary('start, follow, pause and cancel scans of a running Vedette')
    .description('Starts, follows, pauses, resumes and cancels scans of a running Vedette.')
    .addHelpText('after', examples);
  const list = new Command('list')
    .summary('show the last scans, and the schedules (default)')
    .option('--limit <n>', 'show no more scans than this (default: 20)', parseWholeNumber)
    .action(async (options: unknown) => {
      const given = parseListOptions(options);
      process.exitCode = await askVedette(given, openDesk, (call, listenTo) =>
        showJobs(call, given, listenTo !== null),
      );
    });
  const start = new Command('start')
    .summary('start a scan')
    .argument('<what...>', 'quick, full, or files and folders')
    .option('--follow', 'look on until it is done')
    .addHelpText('after', startHelp)
    .action(async (what: string[], options: unknown) => {
      process.exitCode = await startJob(openDesk, what, startOptionsSchema.parse(options));
    });
  const show = new Command('show')
    .summary('show how far a scan is, and what it found')
    .argument('<id>', 'number of the list')
    .action(async (text: string, options: unknown) => {
      const common = askingOptionsSchema.parse(options);
      const id = parseId(text);
      process.exitCode = await askVedette(common, openDesk, (call) => showJob(call, id, common));
    });
  jobs.addCommand(addAskingOptions(list), { isDefault: true });
  jobs.addCommand(addAskingOptions(start));
  jobs.addCommand(addAskingOptions(show));
  for (const [name, summary] of [
    ['pause', 'let a scan rest'],
    ['resume', 'let a paused scan go on'],
    ['cancel', 'end a scan; what it found stays'],
  ] as const) {
    const command = new Command(name)
      .summary(summary)
      .argument('<id>', 'number of the list')
      .action(async (text: string, options: unknown) => {
        const common = askingOptionsSchema.parse(options);
        const id = parseId(text);
        process.exitCode = await askVedette(common, openDesk, async (call) => {
          const job = await call(`jobs.${name}`, { id, actor: currentActor() });
          return tellJob(common, job, { text: common.quiet ? '' : changedText(job) });
        });
      });
    jobs.addCommand(addAskingOptions(command));
  }
  return jobs;
}

/** @throws AppError BAD_USAGE */
function parseListOptions(options: unknown): z.infer<typeof listOptionsSchema> {
  const given = listOptionsSchema.safeParse(options);
  if (!given.success) throw new AppError('BAD_USAGE', '--limit is a number from 1 to 1000');
  return given.data;
}

/** @throws AppError BAD_USAGE */
export function startInput(what: readonly string[], pathOf: (path: string) => string = resolve): StartInput {
  const [first] = what;
  const named = what.find((each) => each === 'quick' || each === 'full');
  if (named === undefined) return { kind: 'custom', roots: what.map((path) => absolute(path, pathOf)) };
  if (what.length === 1 && (first === 'quick' || first === 'full')) return { kind: first, roots: [] };
  throw new AppError('BAD_USAGE', `'${named}' stands alone; a folder of that name is ./${named}`);
}

/** @throws AppError BAD_USAGE */
function absolute(path: string, pathOf: (path: string) => string): string {
  // `resolve` would take it for the current folder.
  if (path === '') throw new AppError('BAD_USAGE', 'an empty path leads nowhere');
  return pathOf(path);
}

async function showJobs(
  call: Caller,
  options: z.infer<typeof listOptionsSchema>,
  isRunning: boolean,
): Promise<number> {
  const { jobs, schedules } = await call('jobs.list', { limit: options.limit });
  const reported = { jobs: jobs.map(reportedJob), schedules: schedules.map(reportedSchedule) };
  tell(options, {
    document: { format: 'vedette.jobs/1', ...reported },
    entries: [
      ...reported.jobs.map((job) => ({ job })),
      ...reported.schedules.map((schedule) => ({ schedule })),
    ],
    text: jobsText(jobs, schedules, options.quiet) + (isRunning || options.quiet ? '' : nobodyScansText),
  });
  return exitCodes.nothingFound;
}

async function showJob(call: Caller, id: number, options: AskingOptions): Promise<number> {
  const job = await call('jobs.show', { id });
  const { findings } = await listFindings(call, { states: [], job: id });
  return tellJob(options, job, { text: jobText(job, findings), findings });
}

function startJob(openDesk: OpenDesk, what: readonly string[], options: StartOptions): Promise<number> {
  const input = startInput(what, (path) => pathFor(options, path));
  return askVedette(options, openDesk, async (call, listenTo) => {
    if (options.follow && listenTo !== null) return follow(call, listenTo, input, options);
    const job = await call('jobs.start', { ...input, actor: currentActor() });
    return tellJob(options, job, { text: options.quiet ? '' : startedText(job, sameVedette(options)) });
  });
}

async function follow(
  call: Caller,
  listenTo: ListenTo,
  input: StartInput,
  options: StartOptions,
): Promise<number> {
  const stop = new AbortController();
  using _interrupted = onInterrupt(() => stop.abort());
  // Before the start: a small scan is over before its answer has come.
  const events = listenTo(false, stop.signal);
  let job = await call('jobs.start', { ...input, actor: currentActor() });
  {
    using screen = new FollowScreen(options);
    job = await followJob({
      job,
      events,
      call,
      onProgress: (next) => screen.progress(next),
      onFinding: (finding) => screen.finding(finding),
    });
  }
  const reported = reportedJob(job);
  if (options.ndjson) process.stdout.write(`${safeJson({ job: reported })}\n`);
  else {
    const text = options.quiet ? '' : jobText(job, []);
    // As they are now: what was told on the way may have been moved since.
    const now = options.json ? await listFindings(call, { states: [], job: job.id }) : {};
    tellJob(options, job, { text, ...now });
  }
  if (hasEnded(job)) return followedExitCode(job);
  if (!options.quiet) process.stderr.write(leftRunningText(job, sameVedette(options)));
  return exitCodes.nothingFound;
}

function tellJob(
  options: AskingOptions,
  job: Job,
  { text, findings }: { readonly text: string; readonly findings?: readonly Finding[] },
): number {
  const reported = reportedJob(job);
  const found = findings?.map(reportedFinding);
  tell(options, {
    document: { format: 'vedette.job/1', job: reported, ...(found === undefined ? {} : { findings: found }) },
    entries: [...(found ?? []).map((finding) => ({ finding })), { job: reported }],
    text,
  });
  return exitCodes.nothingFound;
}

/** As `scan` has it: nothing found is only a good answer when everything was looked at. */
export function followedExitCode({ state, progress }: Job): number {
  if (state !== 'done') return exitCodes.errors;
  if (progress.infected + progress.suspicious > 0) return exitCodes.somethingFound;
  return progress.partial + progress.unscannable > 0 ? exitCodes.errors : exitCodes.nothingFound;
}

function onInterrupt(stop: () => void): Disposable {
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    [Symbol.dispose]() {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
    },
  };
}
