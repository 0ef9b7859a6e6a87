import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Generation, Recall } from '../../../../src/core/cache/recall.ts';
import { VerdictCache } from '../../../../src/core/cache/verdict-cache.ts';
import type { CompleteJudgement, Detection, Judgement, Verdict } from '../../../../src/shared/verdict.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { FakeVerdictStore, fileNumber } from './fake-verdict-store.ts';

const times = { identityTtlMs: 100, verdictTtlMs: 60, uncertainTtlMs: 20 };
const generations = ['A', 'B', 'C'];
const files = [0, 1, 2, 3];

/** Files 0 and 1 are copies of each other. What is in a file and what engines say of it never changes by itself. */
function sha256Of(number: number): string {
  return `${Math.max(1, number)}`.repeat(64);
}

function judge(number: number, generation: string): CompleteJudgement {
  const finds = (Math.max(1, number) + generations.indexOf(generation)) % 3 === 0;
  if (!finds) return { kind: 'clean' };
  const name = `${sha256Of(number)} ${generation}`;
  const detection: Detection = {
    engine: 'yara',
    name,
    severity: 'high',
    kind: 'rule',
    meta: {},
    matches: [],
  };
  return { kind: 'infected', detections: [detection] };
}

const anyFile = fc.constantFrom(...files);
const anyGeneration = fc.constantFrom(...generations);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('scan', 'scan', 'scan', 'content', 'incomplete'),
      file: anyFile,
      generation: anyGeneration,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('recall'),
      generation: anyGeneration,
      isCertain: fc.boolean(),
      handsBack: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: -30, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'clear', 'break', 'mend') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Look {
  readonly sha256: string;
  readonly generation: string;
  readonly atMs: number;
}

/** A cache beside all that was ever handed in: every answer must be found in that. */
class Trial implements Disposable {
  readonly faults: string[] = [];
  readonly kinds: Set<string>;
  readonly #folder = temporaryFolder();
  readonly #store = new FakeVerdictStore();
  readonly #memoryEntries: number;
  #nowMs = 1_000_000;
  #looks: Look[] = [];
  #hashed: { readonly file: number; readonly atMs: number }[] = [];
  #cache: VerdictCache;

  constructor(memoryEntries: number, kinds: Set<string>) {
    this.#memoryEntries = memoryEntries;
    this.kinds = kinds;
    this.#cache = this.#open();
  }

  do(todo: Step): void {
    if ('ms' in todo) this.#nowMs += todo.ms;
    else if ('isCertain' in todo) {
      this.#recallAll({ id: todo.generation, isCertain: todo.isCertain, isSettled: true }, todo.handsBack);
    } else if ('generation' in todo) this.#scan(todo.kind, todo.file, todo.generation);
    else if (todo.kind === 'restart') {
      this.#cache[Symbol.dispose]();
      this.#cache = this.#open();
    } else if (todo.kind === 'clear') {
      if (!this.#cache.clear()) return;
      this.#looks = [];
      this.#hashed = [];
    } else this.#store.isBroken = todo.kind === 'break';
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }

  #open(): VerdictCache {
    return new VerdictCache({
      store: this.#store,
      folder: this.#folder.path,
      bloomMegabytes: 0.01,
      memoryEntries: this.#memoryEntries,
      times,
      now: () => this.#nowMs,
    });
  }

  #scan(kind: string, file: number, generation: string): void {
    const wasLooked = this.#hasLook(file, { id: generation, isCertain: true, isSettled: true });
    if (kind === 'content' && !wasLooked) return;
    const judgement: Judgement =
      kind === 'incomplete' ? { kind: 'partial', reason: 'encrypted', detail: '' } : judge(file, generation);
    const verdict: Verdict = {
      judgement,
      engines: ['yara'],
      sha256: sha256Of(file),
      sizeBytes: 4096,
      durationMs: 1,
      cachedFrom: kind === 'content' ? 'content' : null,
    };
    this.#cache.remember({
      file: fileNumber(file),
      verdict,
      generation: { id: generation, isCertain: true, isSettled: true },
    });
    if (kind === 'incomplete') return;
    this.#hashed.push({ file, atMs: this.#nowMs });
    if (kind === 'content') return;
    this.#looks.push({ sha256: sha256Of(file), generation, atMs: this.#nowMs });
    const isKept = this.#memoryEntries > 0 || !this.#store.isBroken;
    const recalled = this.#recallKind(file, generation);
    this.#expect(!isKept || recalled === 'known', 'a fresh verdict is not known');
  }

  #recallAll(generation: Generation, handsBack: boolean): void {
    for (const [file, recall] of this.#cache.recallMany(files.map(fileNumber), generation).entries()) {
      this.kinds.add(recall.kind);
      if (recall.kind === 'unknown') continue;
      this.#check(file, recall, generation);
      if (handsBack) this.#cache.remember({ file: fileNumber(file), verdict: recall.verdict, generation });
    }
  }

  #check(
    file: number,
    { kind, verdict }: Exclude<Recall, { kind: 'unknown' }>,
    generation: Generation,
  ): void {
    const said = JSON.stringify(verdict.judgement);
    this.#expect(verdict.sha256 === sha256Of(file), 'the verdict on other bytes');
    if (kind === 'known') {
      this.#expect(said === JSON.stringify(judge(file, generation.id)), 'not what these signatures say');
      this.#expect(this.#hasLook(file, generation), 'the engines did not look, or too long ago');
      this.#expect(this.#wasHashed(file), 'not hashed, or too long ago');
    } else {
      const looks = this.#looks.filter(({ sha256 }) => sha256 === verdict.sha256);
      const findings = looks.map((look) => JSON.stringify(judge(file, look.generation)));
      this.#expect(verdict.judgement.kind === 'infected', 'only a finding may stand');
      this.#expect(findings.includes(said), 'nobody ever found that');
    }
  }

  #recallKind(file: number, generation: string): Recall['kind'] {
    return this.#cache.recall(fileNumber(file), { id: generation, isCertain: true, isSettled: true }).kind;
  }

  #hasLook(file: number, generation: Generation): boolean {
    const ttlMs = generation.isCertain ? times.verdictTtlMs : times.uncertainTtlMs;
    return this.#looks.some(
      (look) =>
        look.sha256 === sha256Of(file) &&
        look.generation === generation.id &&
        this.#isWithin(look.atMs, ttlMs),
    );
  }

  #wasHashed(file: number): boolean {
    return this.#hashed.some(
      (entry) => entry.file === file && this.#isWithin(entry.atMs, times.identityTtlMs),
    );
  }

  #isWithin(atMs: number, ttlMs: number): boolean {
    return this.#nowMs >= atMs && this.#nowMs - atMs < ttlMs;
  }

  #expect(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }
}

test('no answer but one that was remembered for exactly these bytes and signatures, within its time', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (steps, memoryEntries) => {
      using trial = new Trial(memoryEntries, kinds);
      for (const todo of steps) trial.do(todo);
      expect(trial.faults).toEqual([]);
    }),
    { numRuns: 300 },
  );
  // A run that saw none of one kind would have proved nothing about it.
  expect([...kinds].toSorted()).toEqual(['known', 'standing', 'unknown']);
});
