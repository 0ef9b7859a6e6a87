// Proves that protection works: a real test file in a watched folder, found by the same line as everything, and cleared up again.
import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import type { SelfTest } from '../../shared/page-documents.ts';
import { orLate } from '../explain/or-late.ts';
import { codeOf, describeFsError, isFsError } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import type { Desk } from './desk.ts';
import type { Feed } from './feed.ts';
import type { Lookout } from './lookout.ts';
import { shownPath } from './shown-path.ts';

/** The two halves of https://www.eicar.org/download-anti-malware-testfile/, apart so that this file is not one itself. */
const eicarHalves = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'];
const defaultDeadlineMs = 20_000;
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
  if (!isWatching()) return failed('Protection is paused or off: switch it on, then try again.', null);
  // Nothing is written to what people carry around.
  const roots = lookout.health.roots.filter(({ state, removable }) => state === 'watching' && !removable);
  if (roots.length === 0) {
    return failed('No folder is watched at the moment: choose one in the settings, then try again.', null);
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
    const problem = await orLate(writeTestFile(path), diskMs, 'the disk does not answer');
    if (problem !== null) {
      await removeTestFile(path);
      return problem;
    }
    const finding = await orLate<Finding | null>(found.promise, deadlineMs, null);
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
    if (!isFsError(error)) throw error;
    return writeProblems.get(codeOf(error)) ?? `it cannot be written (${codeOf(error)})`;
  }
}

const writeProblems: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission to write there'],
  ['EPERM', 'the system does not allow it'],
  ['EROFS', 'it can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['ENOENT', 'it is no longer there'],
]);

/** null, or why it is there still. */
async function removeTestFile(path: string): Promise<string | null> {
  try {
    return await orLate<string | null>(
      unlink(encodePath(path)).then(() => null),
      diskMs,
      'the disk does not answer',
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
