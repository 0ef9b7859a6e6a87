// Who answers a command: the Vedette that owns the data folder, over its socket; where none does, this process.
import { setTimeout as wait } from 'node:timers/promises';
import { configPlace } from '../core/config.ts';
import { answerCall } from '../core/control/answer-call.ts';
import { connectControl, type ControlClient } from '../core/control/control-client.ts';
import type { Logger } from '../core/logger.ts';
import { readOwner, type Owner } from '../core/store/owner-lock.ts';
import type { CallInput, CallName, CallOutput, FeedEvent, Handlers } from '../shared/contract.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';
import { configSource, dataFolderFor, loggerFor, settingsFor, type CommonOptions } from './common-options.ts';

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
}) => Promise<{ readonly handlers: Handlers } & AsyncDisposable>;

/** @param listenTo null where no Vedette runs that could tell anything */
export type Work = (call: Caller, listenTo: ListenTo | null) => Promise<number>;

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
const patienceMs = 3000;
const lookEveryMs = 50;

/**
 * @returns the exit code of `work`
 * @throws AppError CALL_FAILED when somebody owns the data folder and does not answer.
 */
export async function askVedette(options: CommonOptions, openDesk: OpenDesk, work: Work): Promise<number> {
  const dataDir = dataFolderFor(options);
  using client = await reachOwner(dataDir);
  if (client !== null) {
    return await work(
      (name, input) => client.call(name, input, { timeoutMs: slowCalls.has(name) ? slowCallMs : callMs }),
      (all, signal) => client.events(all, signal),
    );
  }
  await using desk = await openDesk({
    dataDir,
    settings: settingsFor(options),
    configurationFile: configPlace(configSource(options)).file,
    logger: loggerFor(options),
  });
  return await work((name, input) => answerCall(desk.handlers, name, input), null);
}

/** null when nobody owns the folder. @throws AppError CALL_FAILED */
async function reachOwner(dataDir: string): Promise<ControlClient | null> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const owner = readOwner(dataDir);
    if (owner === null) return null;
    const isLast = performance.now() >= deadline;
    if (owner.address !== null) {
      try {
        return await connectControl(owner.address);
      } catch (error) {
        if (isLast) throw silent(dataDir, owner, error);
      }
    } else if (isLast) throw silent(dataDir, owner, null);
    await wait(lookEveryMs);
  }
}

function silent(dataDir: string, { pid, purpose }: Owner, error: unknown): AppError {
  const who = `vedette ${purpose} (process ${pid}) owns the data folder ${dataDir}`;
  if (error === null)
    return new AppError('CALL_FAILED', `${who} and takes no calls; wait until it has ended`);
  return new AppError('CALL_FAILED', `${who} and does not answer: ${messageOf(error)}`, { cause: error });
}
