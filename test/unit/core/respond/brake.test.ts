import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Brake, type BrakeOptions, type FlaggedFile } from '../../../../src/core/respond/brake.ts';

const startMs = 1_800_000_000_000;
const dayMs = 24 * 3_600_000;

function makeBrake(changes: Partial<BrakeOptions['settings']> = {}) {
  const clock = { nowMs: startMs };
  const options: BrakeOptions = {
    settings: { detections: 50, windowMs: 60_000, ...changes },
    now: () => clock.nowMs,
  };
  return { brake: new Brake(options), clock, options };
}

function flagged(path: string, ...signatures: readonly string[]): FlaggedFile {
  return { path, signatures, protectedAs: null };
}

/** How many of the files it took until the brake came on; null when it did not. */
function filesUntilOn(brake: Brake, count: number, fileOf: (index: number) => FlaggedFile): number | null {
  for (let index = 1; index <= count; index += 1) {
    if (brake.observe(fileOf(index)).tripped) return index;
  }
  return null;
}

describe('the brake', () => {
  test('comes on with the fiftieth different file that one signature flags within a minute', () => {
    const { brake, clock } = makeBrake();
    expect(brake.state).toEqual({ on: false, reason: '' });
    const reached = filesUntilOn(brake, 100, (index) => {
      clock.nowMs += 1000;
      return flagged(`/f/${index}`, 'Bad.Sig');
    });
    expect(reached).toBe(50);
    expect(brake.state).toEqual({
      on: true,
      reason: 'Automatic quarantine has stopped: the signature Bad.Sig flagged 50 files within 60 seconds.',
      sinceMs: startMs + 50_000,
      signature: 'Bad.Sig',
      files: 50,
    });
  });

  test('trips once, and stays on until a person lets it go', () => {
    const { brake, clock } = makeBrake({ detections: 2 });
    const trips = [1, 2, 3, 4].map((index) => brake.observe(flagged(`/f/${index}`, 'A')).tripped);
    expect(trips).toEqual([false, true, false, false]);
    clock.nowMs += 30 * dayMs;
    expect(brake.observe(flagged('/g', 'B'))).toEqual({ tripped: false, reason: brake.state.reason });
    expect(brake.state.on).toBe(true);
    expect(brake.release('user eve')).toEqual({
      kind: 'brake_off',
      actor: 'user eve',
      text: 'Automatic quarantine goes on; it had stopped: the signature A flagged 2 files within 60 seconds.',
      details: { signature: 'A', files: 2 },
    });
    expect(brake.state.on).toBe(false);
    expect(brake.release('user eve')).toBeNull();
  });

  test('is not brought on by one file that is found again and again', () => {
    const { brake } = makeBrake();
    expect(filesUntilOn(brake, 500, () => flagged('/f/same', 'A'))).toBeNull();
  });

  test('is not brought on by fifty files with a signature each', () => {
    const { brake } = makeBrake();
    expect(filesUntilOn(brake, 500, (index) => flagged(`/f/${index}`, `Sig-${index}`))).toBeNull();
  });

  test('is not brought on by findings that come slowly', () => {
    const { brake, clock } = makeBrake();
    const reached = filesUntilOn(brake, 500, (index) => {
      clock.nowMs += 1500;
      return flagged(`/f/${index}`, 'A');
    });
    expect(reached).toBeNull();
  });

  test.each(['system', 'own'] as const)('comes on with the first %s file that is flagged', (kind) => {
    const { brake } = makeBrake();
    const file = { ...flagged('/usr/bin/ls', 'A'), protectedAs: { kind, why: 'why' } };
    expect(brake.observe(file).tripped).toBe(true);
    const owner = kind === 'own' ? 'Vedette itself' : 'the operating system';
    expect(brake.state).toMatchObject({
      on: true,
      signature: 'A',
      files: 1,
      reason: `Automatic quarantine has stopped: /usr/bin/ls was flagged, and it belongs to ${owner}.`,
    });
  });

  test('takes new settings for the next file', () => {
    const { brake, clock } = makeBrake();
    brake.observe(flagged('/f/1', 'A'));
    brake.configure({ detections: 2, windowMs: 10_000 });
    clock.nowMs += 10_000;
    expect(brake.observe(flagged('/f/2', 'A')).tripped).toBe(false);
    clock.nowMs += 9999;
    expect(brake.observe(flagged('/f/3', 'A')).tripped).toBe(true);
  });

  test('says names so that nothing in them steers a terminal', () => {
    const { brake } = makeBrake({ detections: 1 });
    brake.observe(flagged('/f/1', 'A\u001b[2J\u202e<b>'));
    expect(brake.state.reason).toContain('the signature A\\x1b[2J\\u{202e}<b> flagged 1 file within');
    expect(brake.state).toMatchObject({ signature: 'A\u001b[2J\u202e<b>' });
  });
});

describe('a brake that was let go', () => {
  test('does not ask about the same signature for a day, and does afterwards', () => {
    const { brake, clock } = makeBrake({ detections: 3 });
    expect(filesUntilOn(brake, 3, (index) => flagged(`/f/${index}`, 'A', 'B'))).toBe(3);
    brake.release('user eve');
    clock.nowMs += dayMs - 1;
    expect(filesUntilOn(brake, 100, (index) => flagged(`/g/${index}`, 'A', 'B'))).toBeNull();
    clock.nowMs += 1;
    expect(filesUntilOn(brake, 3, (index) => flagged(`/h/${index}`, 'A', 'B'))).toBe(3);
  });

  test('asks about another signature from the beginning', () => {
    const { brake } = makeBrake({ detections: 3 });
    filesUntilOn(brake, 3, (index) => flagged(`/f/${index}`, 'A'));
    brake.release('user eve');
    expect(filesUntilOn(brake, 10, (index) => flagged(`/f/${index}`, 'A', 'C'))).toBe(3);
    expect(brake.state).toMatchObject({ signature: 'C' });
  });

  test('does not ask about the same protected file again, but about the next one', () => {
    const { brake } = makeBrake();
    const system = { kind: 'system', why: 'why' } as const;
    const [one, other] = ['/bin/a', '/bin/b'].map((path) => ({
      ...flagged(path, 'A'),
      protectedAs: system,
    }));
    if (one === undefined || other === undefined) throw new Error('two files');
    expect(brake.observe(one).tripped).toBe(true);
    brake.release('user eve');
    expect(brake.observe(one).tripped).toBe(false);
    expect(brake.observe(other).tripped).toBe(true);
  });

  test('does not keep its answer longer because the clock was set back', () => {
    const { brake, clock } = makeBrake({ detections: 1 });
    brake.observe(flagged('/f/1', 'A'));
    brake.release('user eve');
    clock.nowMs -= 10 * dayMs;
    expect(brake.observe(flagged('/f/2', 'A')).tripped).toBe(true);
  });
});

describe('a clock that is set back', () => {
  test('lets no file be forgotten or counted longer', () => {
    const { brake, clock } = makeBrake({ detections: 3 });
    brake.observe(flagged('/f/1', 'A'));
    clock.nowMs -= dayMs;
    brake.observe(flagged('/f/2', 'A'));
    clock.nowMs += 60_000;
    expect(brake.observe(flagged('/f/3', 'A')).tripped).toBe(false);
    brake.observe(flagged('/f/4', 'A'));
    expect(brake.observe(flagged('/f/5', 'A')).tripped).toBe(true);
  });
});

describe('the memory of the brake', () => {
  test('is bounded: what can no longer be counted stops it', () => {
    const { brake } = makeBrake();
    const reached = filesUntilOn(brake, 20_000, (index) => flagged(`/f/${index}`, `Sig-${index}`));
    expect(reached).toBe(10_001);
    expect(brake.state.reason).toContain('more was found within 60 seconds than can be counted');
  });

  test('forgets what is older than the window', () => {
    const { brake, clock } = makeBrake();
    const reached = filesUntilOn(brake, 30_000, (index) => {
      clock.nowMs += 10;
      return flagged(`/f/${index}`, `Sig-${index}`);
    });
    expect(reached).toBeNull();
  });

  test('keeps a hundred answers, the latest', () => {
    const { brake } = makeBrake({ detections: 1 });
    for (let index = 1; index <= 101; index += 1) {
      brake.observe(flagged('/f', `Sig-${index}`));
      brake.release('user eve');
    }
    expect(brake.toJSON().answered.map(({ question }) => question)).toEqual(
      Array.from({ length: 100 }, (_, index) => `signature Sig-${index + 2}`),
    );
  });

  test('is not filled by one file with a thousand signatures', () => {
    const { brake } = makeBrake();
    const signatures = Array.from({ length: 1000 }, (_, index) => `Sig-${index}`);
    expect(filesUntilOn(brake, 49, (index) => flagged(`/f/${index}`, ...signatures))).toBeNull();
    expect(filesUntilOn(brake, 1, () => flagged('/f/50', ...signatures))).toBe(1);
  });
});

describe('after a restart', () => {
  test('it is on as it was, and what was answered is answered', () => {
    const { brake, options, clock } = makeBrake({ detections: 1 });
    brake.observe(flagged('/f/1', 'A'));
    brake.release('user eve');
    brake.observe(flagged('/f/2', 'B'));
    const saved: unknown = JSON.parse(JSON.stringify(brake));
    const again = Brake.from(saved, options);
    expect(again.state).toEqual(brake.state);
    expect(again.state.on).toBe(true);
    expect(again.release('user eve')).not.toBeNull();
    clock.nowMs += 1000;
    expect(again.observe(flagged('/f/3', 'A', 'B')).tripped).toBe(false);
    expect(again.observe(flagged('/f/4', 'C')).tripped).toBe(true);
  });

  test.each([null, undefined])('from %s it is off', (saved) => {
    expect(Brake.from(saved, makeBrake().options).state.on).toBe(false);
  });

  test.each([{}, 'on', 7, [], { stopped: { cause: 'x' }, answered: [] }])(
    'from %j, which nobody can read, it is on, and can be let go',
    (saved) => {
      const brake = Brake.from(saved, makeBrake().options);
      expect(brake.state).toMatchObject({ on: true, sinceMs: startMs });
      expect(brake.release('user eve')?.kind).toBe('brake_off');
    },
  );
});

test('whatever is found in whatever order, it comes on exactly when one signature has enough files in the window', () => {
  const step = fc.record({
    waitMs: fc.constantFrom(0, 1, 10, 40, 99, 100),
    path: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    signatures: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', '__proto__'), { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, detections) => {
      const { brake, clock } = makeBrake({ detections, windowMs: 100 });
      const seen: { atMs: number; path: string; signature: string }[] = [];
      for (const { waitMs, path, signatures } of steps) {
        clock.nowMs += waitMs;
        for (const signature of signatures) seen.push({ atMs: clock.nowMs, path, signature });
        const isEnough = signatures.some((signature) => {
          const recent = seen.filter((one) => one.signature === signature && clock.nowMs - one.atMs < 100);
          return new Set(recent.map((one) => one.path)).size >= detections;
        });
        expect(brake.observe(flagged(path, ...signatures)).tripped).toBe(isEnough);
        if (isEnough) return;
      }
    }),
  );
});
