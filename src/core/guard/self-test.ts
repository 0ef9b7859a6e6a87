// Proves that protection works: a real test file in a watched folder, found by the same line as everything, and cleared up again.
import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import type { SelfTest } from '../../shared/page-documents.ts';
import { orLate } from '../or-late.ts';
import { codeOf, describeFsError, isFsError } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import { describeWriteError } from '../files/write-failure.ts';
import type { Desk } from './desk.ts';
import type { Feed } from './feed.ts';
import type { RootHealth } from '../watch/watch-protocol.ts';
import type { Lookout } from './lookout.ts';
import { shownPath } from '../files/shown-path.ts';

/** The two halves of https://www.eicar.org/download-anti-malware-testfile/, apart so that this file is not one itself. */
const eicarHalves = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'];
const defaultDeadlineMs = 20_000;
/** A large folder takes a while until it is watched: on the first day somebody is here before it. */
const defaultStartMs = 15_000;
const lookEveryMs = 50;
/** A disk that does not answer within this time hangs. */
const diskMs = 3000;
/** Folders that are tried until one takes the test file. */
const maxFolders = 5;
const itWas = 'It was the test file of a self-test.';

export interface SelfTestSources {
  readonly desk: Pick<Desk, 'findings' | 'findingDesk' | 'responder' | 'vault' | 'note'>;
  readonly feed: Pick<Feed, 'subscribe'>;
  readonly lookout: Pick<Lookout, 'walkOptions'> & { readonly health: Pick<Lookout['health'], 'roots'> };
  readonly isWatching: () => boolean;
  /** From the write of the test file to its finding. */
  readonly deadlineMs?: number;
  /** For a folder that is not watched yet. */
  readonly startMs?: number;
}

/** Never two at a time. */
export function selfTester(sources: SelfTestSources): (actor: string) => Promise<SelfTest> {
  let running: Promise<SelfTest> | null = null;
  return (actor) => {
    running ??= runSelfTest(sources, actor).finally(() => {
      running = null;
    });
    return running;
  };
}

async function runSelfTest(sources: SelfTestSources, actor: string): Promise<SelfTest> {
  const { isWatching, lookout } = sources;
  await begun(sources);
  if (!isWatching()) return failed('Protection is paused or off: switch it on, then try again.', null);
  const roots = rootsIn(sources, 'watching');
  if (roots.length === 0) {
    const text =
      rootsIn(sources, 'starting').length > 0
        ? 'The watched folders are still being opened: try again in a minute.'
        : 'No folder is watched at the moment: choose one in the settings, then try again.';
    return failed(text, null);
  }
  const name = `vedette-self-test-${randomBytes(4).toString('hex')}.com`;
  const { exclusions } = lookout.walkOptions();
  const problems: string[] = [];
  for (const { path: folder } of roots.slice(0, maxFolders)) {
    const path = join(folder, name);
    const isLeftOut = exclusions?.excludes(path) === true;
    const result = isLeftOut ? 'the settings leave it out' : await testWith(sources, folder, path, actor);
    if (typeof result !== 'string') return result;
    problems.push(`${shownPath(folder)}: ${result}`);
  }
  const text = `In no watched folder a test file could be written (${problems.join('; ')}).`;
  return failed(text, roots[0]?.path ?? null);
}

/** Resolves when a folder is watched, or none is about to be; no later than after `startMs`. */
async function begun(sources: SelfTestSources): Promise<void> {
  const { isWatching, startMs = defaultStartMs } = sources;
  const endsAtMs = performance.now() + startMs;
  function isAboutToBegin(): boolean {
    const isWaiting = rootsIn(sources, 'watching').length === 0 && rootsIn(sources, 'starting').length > 0;
    return isWaiting && isWatching() && performance.now() < endsAtMs;
  }
  while (isAboutToBegin()) await delay(lookEveryMs);
}

/** Nothing is written to what people carry around. */
function rootsIn({ lookout }: SelfTestSources, wanted: RootHealth['state']): readonly RootHealth[] {
  return lookout.health.roots.filter(({ state, removable }) => state === wanted && !removable);
}

/** A string is why the test file could not be written there. */
async function testWith(
  sources: SelfTestSources,
  folder: string,
  path: string,
  actor: string,
): Promise<SelfTest | string> {
  const { desk, feed, deadlineMs = defaultDeadlineMs } = sources;
  const found = Promise.withResolvers<Finding>();
  let known: Finding | null = null;
  let latencyMs = 0;
  const stop = feed.subscribe(
    (event) => {
      if (event.kind !== 'finding' || event.finding.path !== path || known !== null) return;
      known = event.finding;
      latencyMs = performance.now() - startedMs;
      found.resolve(known);
    },
    { verdicts: false },
  );
  const startedMs = performance.now();
  try {
    const problem = await orLate(writeTestFile(path), diskMs, diskIsLate);
    if (problem !== null) {
      await removeTestFile(path);
      return problem;
    }
    const finding = await orLate<Finding | null>(found.promise, deadlineMs, () => null);
    const left = await clearUp(desk, path, finding, actor);
    if (finding === null) {
      const seconds = deadlineMs / 1000;
      return failed(`The test file in ${shownPath(folder)} was not found within ${seconds} seconds.`, folder);
    }
    const engines = [...new Set(finding.detections.map(({ engine }) => engine))];
    const seconds = (latencyMs / 1000).toFixed(1);
    const gone = left === null ? 'and is gone again' : `but could not be removed: ${left}`;
    const text = `The test file was found ${seconds} s after it was written, ${gone}.`;
    return { ok: true, text, folder, latency_ms: latencyMs, engines };
  } finally {
    stop();
  }
}

/** Made anew or not at all; null, or why not. */
async function writeTestFile(path: string): Promise<string | null> {
  try {
    await using file = await open(encodePath(path), 'wx', 0o600);
    await file.writeFile(eicarHalves.join(''));
    return null;
  } catch (error) {
    const problem = describeWriteError(error);
    if (problem === null) throw error;
    return problem;
  }
}

function diskIsLate(): string {
  return 'the disk does not answer';
}

/** null, or why it is there still. */
async function removeTestFile(path: string): Promise<string | null> {
  try {
    return await orLate<string | null>(
      unlink(encodePath(path)).then(() => null),
      diskMs,
      diskIsLate,
    );
  } catch (error) {
    if (!isFsError(error)) throw error;
    return codeOf(error) === 'ENOENT' ? null : describeFsError(error).detail;
  }
}

/** Whatever the policy made of it, and whenever: nothing of the test is left to decide. null, or why something is left. */
async function clearUp(
  desk: SelfTestSources['desk'],
  path: string,
  finding: Finding | null,
  actor: string,
): Promise<string | null> {
  // What was to be done about it is done first: a move under way is not disturbed.
  await desk.responder.settled();
  const left = await removeTestFile(path);
  const last = finding === null ? null : desk.findings.get(finding.id);
  if (last === null || last.state === 'gone') return left;
  try {
    if (last.vault_id !== null && typeof desk.vault !== 'string') await desk.vault.delete(last.vault_id);
  } catch (error) {
    return messageOf(error);
  }
  if (left !== null) return left;
  desk.findingDesk.setState(last.id, 'gone', itWas);
  const text = `${shownPath(path)} was removed again. ${itWas}`;
  const kind = last.vault_id === null ? 'dismissed' : 'deleted';
  desk.note({ kind, actor, text, path, details: { finding: last.id } });
  return null;
}

function failed(text: string, folder: string | null): SelfTest {
  return { ok: false, text, folder, latency_ms: null, engines: [] };
}
