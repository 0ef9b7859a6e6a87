// Who answers a command: a service on another machine where one is named, else the Vedette that owns the data folder, else this process.
import { setTimeout as wait } from 'node:timers/promises';
import { configPlace } from '../core/config.ts';
import { answerCall } from '../core/control/answer-call.ts';
import { connectControl, type ControlClient } from '../core/control/control-client.ts';
import type { Logger } from '../core/logger.ts';
import { readOwner, type Owner } from '../core/store/owner-lock.ts';
import type { CallInput, CallName, CallOutput, FeedEvent, Handlers } from '../shared/contract.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';
import { configSource, dataFolderFor, loggerFor, settingsFor } from './common-options.ts';
import { remoteServiceOf, type AskingOptions, type RemoteService } from './remote-options.ts';
import { complain } from './tell.ts';

export type Caller = <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name>>;

/** What a running Vedette tells, from the call on. */
export type ListenTo = (all: boolean, signal: AbortSignal) => AsyncIterable<FeedEvent>;

/** Answers without a running Vedette, for as long as it is open; it owns the data folder. */
export type OpenDesk = (options: {
  readonly dataDir: string;
  readonly settings: Settings;
  /** Where settings are written down, whether the file is there or not. */
  readonly configurationFile: string;
  readonly logger: Logger;
}) => Promise<{ readonly handlers: Handlers; readonly notices?: readonly string[] } & AsyncDisposable>;

/**
 * @param listenTo null where no Vedette runs that could tell anything
 * @param place the service that answers, as it is shown; null for this machine
 */
export type Work = (call: Caller, listenTo: ListenTo | null, place: string | null) => Promise<number>;

/** They read or write whole files, or all of the history. */
const slowCalls: ReadonlySet<CallName> = new Set<CallName>([
  'findings.act',
  'quarantine.restore',
  'quarantine.delete',
  'quarantine.export',
  'history.verify',
]);
const slowCallMs = 600_000;
const callMs = 30_000;

/** Another command has the folder for a moment; a Vedette that starts has no address yet. */
const usualPatienceMs = 3000;
const lookEveryMs = 50;

export interface AskingManner {
  /** How long an owner may take to answer, or to be gone. */
  readonly patienceMs?: number;
  /** The answer itself says how the databases are. */
  readonly tellsNotices?: boolean;
}

/**
 * @returns the exit code of `work`
 * @throws AppError CALL_FAILED when somebody owns the data folder and does not answer.
 */
export async function askVedette(
  options: AskingOptions,
  openDesk: OpenDesk,
  work: Work,
  { patienceMs = usualPatienceMs, tellsNotices = false }: AskingManner = {},
): Promise<number> {
  const remote = remoteServiceOf(options);
  if (remote !== null) return await askService(remote, options, work);
  const dataDir = dataFolderFor(options);
  const deadline = performance.now() + patienceMs;
  await using answering = await reach(dataDir, deadline, () =>
    openDesk({
      dataDir,
      settings: settingsFor(options),
      configurationFile: configPlace(configSource(options)).file,
      logger: loggerFor(options),
    }),
  );
  const exitCode = await work(answering.call, answering.listenTo, null);
  if (!tellsNotices) for (const notice of answering.notices()) complain(`note: ${notice}`);
  return exitCode;
}

/** Nothing on this machine is opened, or made. */
async function askService(
  { url, token }: RemoteService,
  { quiet }: AskingOptions,
  work: Work,
): Promise<number> {
  // Loaded when it is needed: most commands ask this machine.
  const { remoteAnswering } = await import('./remote/remote-answering.ts');
  using answering = remoteAnswering({ url, token, isQuiet: quiet, answerMsOf });
  return await work(answering.call, answering.listenTo, url.shown);
}

function answerMsOf(name: CallName): number {
  return slowCalls.has(name) ? slowCallMs : callMs;
}

interface Answering extends AsyncDisposable {
  readonly call: Caller;
  readonly listenTo: ListenTo | null;
  /** What a desk has to say beside its answers; a Vedette that watches tells it in its state. */
  readonly notices: () => readonly string[];
}

/** The owner, or a desk where there is none; both may have become something else since the last look. */
async function reach(
  dataDir: string,
  deadline: number,
  openDesk: () => ReturnType<OpenDesk>,
): Promise<Answering> {
  for (;;) {
    const isLast = performance.now() >= deadline;
    const owner = readOwner(dataDir);
    try {
      if (owner === null) return deskAnswering(await openDesk());
      if (owner.address !== null) return clientAnswering(await connectControl(owner.address));
    } catch (error) {
      if (owner === null && !isTaken(error)) throw error;
      if (isLast) throw owner === null ? error : silent(dataDir, owner, error);
    }
    if (isLast && owner !== null) throw silent(dataDir, owner, null);
    await wait(lookEveryMs);
  }
}

/** Somebody else took the folder between the look and the opening. */
function isTaken(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ALREADY_RUNNING';
}

function clientAnswering(client: ControlClient): Answering {
  return {
    call: (name, input) => client.call(name, input, { timeoutMs: answerMsOf(name) }),
    listenTo: (all, signal) => client.events(all, signal),
    notices: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(client[Symbol.dispose]()),
  };
}

function deskAnswering(desk: Awaited<ReturnType<OpenDesk>>): Answering {
  return {
    call: (name, input) => answerCall(desk.handlers, name, input),
    listenTo: null,
    notices: () => desk.notices ?? [],
    [Symbol.asyncDispose]: async () => desk[Symbol.asyncDispose](),
  };
}

function silent(dataDir: string, { pid, purpose }: Owner, error: unknown): AppError {
  const who = `vedette ${purpose} (process ${pid}) owns the data folder ${dataDir}`;
  if (error === null)
    return new AppError('CALL_FAILED', `${who} and takes no calls; wait until it has ended`);
  return new AppError('CALL_FAILED', `${who} and does not answer: ${messageOf(error)}`, { cause: error });
}
