// Outcomes, and a line that answers what the test says.
import { lstatSync } from 'node:fs';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import type { ScanOutcome } from '../../../../src/core/pipeline.ts';
import type { FileIdentity, Origin, ScanRequest } from '../../../../src/shared/scan.ts';
import { unread, type Detection, type Judgement, type Verdict } from '../../../../src/shared/verdict.ts';

export const clean: Judgement = { kind: 'clean' };
export const locked: Judgement = {
  kind: 'unscannable',
  reason: 'locked',
  detail: 'another program holds it',
};
export const tooLarge: Judgement = { kind: 'partial', reason: 'too_large', detail: 'over the limit' };
export const encrypted: Judgement = { kind: 'partial', reason: 'encrypted', detail: 'a password is needed' };
export const special: Judgement = { kind: 'unscannable', reason: 'special_file', detail: 'a named pipe' };

export const badRule: Detection = {
  engine: 'yara',
  name: 'bad_rule',
  severity: 'high',
  kind: 'rule',
  meta: {},
  matches: [],
};
export const infected: Judgement = { kind: 'infected', detections: [badRule] };

/** Changed last at `changedAtMs`, milliseconds since 1970. */
export function identityAt(changedAtMs: number, inode = 1): FileIdentity {
  const timeNs = BigInt(changedAtMs) * 1_000_000n;
  return identityOf({ dev: 1n, ino: BigInt(inode), size: 3n, mtimeNs: timeNs, ctimeNs: timeNs });
}

/** Of the file that is there now. */
export function identityOn(path: string): FileIdentity {
  return identityOf(lstatSync(encodePath(path), { bigint: true }));
}

export interface OutcomeFields {
  readonly identity?: FileIdentity | null;
  readonly origin?: Origin;
  readonly sha256?: string | null;
}

export function outcomeOn(path: string, judgement: Judgement, fields: OutcomeFields = {}): ScanOutcome {
  const { identity = identityAt(1000), origin = 'realtime', sha256 = null } = fields;
  const verdict: Verdict = { ...unread(judgement, 3), sha256 };
  return { request: { path, origin, priority: 'high' }, verdict, identity, savedMs: 0 };
}

/** What is not known waits until the test says what became of it. */
export class HandLine {
  readonly known = new Map<
    string,
    { readonly judgement: Judgement; readonly identity: FileIdentity | null }
  >();
  readonly recalled: { readonly paths: readonly string[]; readonly isSweep: boolean }[] = [];
  readonly scanned: ScanRequest[] = [];
  readonly judgedPaths: string[] = [];
  isFull = false;
  readonly #waiting = new Map<string, { request: ScanRequest; resolve: (outcome: ScanOutcome) => void }>();

  get waiting(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  recall(requests: readonly ScanRequest[], isSweep = false): readonly (ScanOutcome | null)[] {
    this.recalled.push({ paths: requests.map(({ path }) => path), isSweep });
    return requests.map((request) => {
      const known = this.known.get(request.path);
      if (known === undefined) return null;
      const { judgement, identity } = known;
      return { request, verdict: unread(judgement, 3), identity, savedMs: 0 };
    });
  }

  scan(request: ScanRequest): Promise<ScanOutcome> | null {
    if (this.isFull) return null;
    this.scanned.push(request);
    const { promise, resolve } = Promise.withResolvers<ScanOutcome>();
    this.#waiting.set(request.path, { request, resolve });
    return promise;
  }

  judged(request: ScanRequest, judgement: Judgement, sizeBytes: number): ScanOutcome {
    this.judgedPaths.push(request.path);
    return { request, verdict: unread(judgement, sizeBytes), identity: null, savedMs: 0 };
  }

  /** Resolves when whoever waited has heard of it. */
  async finish(path: string, judgement: Judgement, identity: FileIdentity | null = identityAt(1000)) {
    const waiting = this.#waiting.get(path);
    if (waiting === undefined) throw new Error(`${path} is not being scanned`);
    this.#waiting.delete(path);
    const { request, resolve } = waiting;
    resolve({ request, verdict: unread(judgement, 3), identity, savedMs: 0 });
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  }
}
