// Proves that protection works: a real test file in a watched folder, found by the same line as everything, and cleared up again.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import type { SelfTest } from '../../shared/page-documents.ts';
import { encodePath } from '../files/raw-path.ts';
import type { Desk } from './desk.ts';
import type { Feed } from './feed.ts';
import type { Lookout } from './lookout.ts';
import { shownPath } from './shown-path.ts';

/** The two halves of https://www.eicar.org/download-anti-malware-testfile/, apart so that this file is not one itself. */
const eicarHalves = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'];
const deadlineMs = 20_000;

export interface SelfTestSources {
  readonly desk: Desk;
  readonly feed: Feed;
  readonly lookout: Pick<Lookout, 'health'>;
  readonly isWatching: () => boolean;
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

async function runSelfTest(
  { desk, feed, lookout, isWatching }: SelfTestSources,
  actor: string,
): Promise<SelfTest> {
  if (!isWatching()) return failed('Protection is paused or off: switch it on, then try again.', null);
  const root = lookout.health.roots.find(({ state }) => state === 'watching');
  if (root === undefined) {
    return failed('No folder is watched at the moment: choose one in the settings, then try again.', null);
  }
  const name = `vedette-self-test-${randomBytes(4).toString('hex')}.com`;
  const path = join(root.path, name);
  const found = Promise.withResolvers<Finding | null>();
  const stop = feed.subscribe(
    (event) => {
      if (event.kind === 'finding' && event.finding.path === path) found.resolve(event.finding);
    },
    { verdicts: false },
  );
  const deadline = setTimeout(() => found.resolve(null), deadlineMs);
  const startedMs = performance.now();
  try {
    writeTestFile(path);
    const finding = await found.promise;
    const latencyMs = performance.now() - startedMs;
    if (finding === null) {
      const where = shownPath(root.path);
      return failed(
        `The test file in ${where} was not found within ${deadlineMs / 1000} seconds.`,
        root.path,
      );
    }
    await clearUp(desk, finding.id, actor);
    const engines = [...new Set(finding.detections.map(({ engine }) => engine))];
    const seconds = (latencyMs / 1000).toFixed(1);
    const text = `The test file was found ${seconds} s after it was written, and is gone again.`;
    return { ok: true, text, folder: root.path, latency_ms: latencyMs, engines };
  } catch (error) {
    return failed(`The test file could not be written: ${messageOf(error)}`, root.path);
  } finally {
    clearTimeout(deadline);
    stop();
    rmSync(encodePath(path), { force: true });
  }
}

/** Made anew or not at all. */
function writeTestFile(path: string): void {
  const descriptor = openSync(encodePath(path), 'wx', 0o600);
  try {
    writeSync(descriptor, eicarHalves.join(''));
  } finally {
    closeSync(descriptor);
  }
}

/** Whatever the policy made of it: nothing of the test is left to decide. */
async function clearUp(desk: Desk, id: number, actor: string): Promise<void> {
  await desk.responder.settled();
  const finding = desk.findings.get(id);
  if (finding === null) return;
  if (finding.vault_id !== null && typeof desk.vault !== 'string') {
    await desk.vault.delete(finding.vault_id);
    desk.findingDesk.settleVault(finding.vault_id, 'gone', 'It was the test file of a self-test.');
    return;
  }
  desk.findingDesk.dismiss(finding, actor);
}

function failed(text: string, folder: string | null): SelfTest {
  return { ok: false, text, folder, latency_ms: null, engines: [] };
}
