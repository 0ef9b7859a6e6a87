import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JobMeter } from '../../../../src/core/jobs/job-progress.ts';
import { jobProgressSchema, noProgress } from '../../../../src/shared/job.ts';
import { verdictKindSchema, type VerdictKind } from '../../../../src/shared/verdict.ts';

function meterAt(earlier = noProgress) {
  const clock = { ms: 5000 };
  const meter = new JobMeter({ monotonicMs: () => clock.ms, earlier });
  function add(files: number, kind: VerdictKind = 'clean', cached = false): void {
    for (let file = 0; file < files; file += 1)
      meter.add({ path: `/srv/${file}`, kind, sizeBytes: 10, cached });
  }
  /** So many files in each of so many seconds. */
  function pass(seconds: number, filesEach: number): void {
    for (let second = 0; second < seconds; second += 1) {
      clock.ms += 1000;
      add(filesEach);
    }
  }
  return { clock, meter, add, pass };
}

describe('progress', () => {
  test('counts every file once, by what became of it', () => {
    const { clock, meter, add } = meterAt();
    meter.run();
    meter.setTotal(20);
    add(4);
    add(1, 'infected');
    add(2, 'suspicious', true);
    add(3, 'partial');
    clock.ms += 5000;
    add(1, 'unscannable');
    expect(meter.progress()).toEqual({
      files: 11,
      total_files: 20,
      bytes: 110,
      clean: 4,
      infected: 1,
      suspicious: 2,
      partial: 3,
      unscannable: 1,
      from_cache: 2,
      current_path: '/srv/0',
      active_seconds: 5,
      files_per_second: 11 / 5,
      remaining_seconds: 9 / (11 / 5),
    });
  });

  test('has a rate of the last 30 seconds, not of the whole time', () => {
    const { meter, pass } = meterAt();
    meter.run();
    pass(300, 1000);
    pass(31, 10);
    expect(meter.progress().files_per_second).toBeCloseTo(10, 0);
  });

  test('leaves pauses out of time and rate', () => {
    const { clock, meter, pass } = meterAt();
    meter.run();
    pass(10, 50);
    meter.rest();
    clock.ms += 3_600_000;
    expect(meter.progress()).toMatchObject({ active_seconds: 10, files_per_second: 50 });
    meter.run();
    pass(10, 50);
    expect(meter.progress()).toMatchObject({ active_seconds: 20, files_per_second: 50 });
  });

  test('estimates nothing without a total, without a rate, in the first second and at the end', () => {
    const { clock, meter, pass } = meterAt();
    meter.run();
    clock.ms += 2000;
    meter.setTotal(100);
    expect(meter.progress().remaining_seconds).toBeNull();
    pass(2, 10);
    expect(meter.progress().remaining_seconds).toBe(80 / 5);
    expect(meter.progress(true)).toMatchObject({ remaining_seconds: null, current_path: null });

    const uncounted = meterAt();
    uncounted.meter.run();
    uncounted.pass(5, 10);
    expect(uncounted.meter.progress()).toMatchObject({ files_per_second: 10, remaining_seconds: null });

    const young = meterAt();
    young.meter.run();
    young.meter.setTotal(100);
    young.clock.ms += 10;
    young.add(5);
    expect(young.meter.progress().remaining_seconds).toBeNull();
  });

  test('never has more files than the total, and at the end exactly as many', () => {
    const { meter, pass } = meterAt();
    meter.run();
    meter.setTotal(10);
    pass(2, 10);
    expect(meter.progress()).toMatchObject({ files: 20, total_files: 20, remaining_seconds: 0 });
    meter.setTotal(50);
    meter.complete();
    expect(meter.progress(true)).toMatchObject({ files: 20, total_files: 20 });
  });

  test('keeps what was found before a restart, and does not count it twice when it is met again', () => {
    const earlier = { ...noProgress, files: 50, clean: 47, infected: 2, suspicious: 1, active_seconds: 60 };
    const { meter, add, clock } = meterAt(earlier);
    meter.run();
    expect(meter.progress()).toMatchObject({ files: 3, clean: 0, infected: 2, suspicious: 1 });
    clock.ms += 1000;
    add(1, 'infected');
    add(1, 'suspicious');
    expect(meter.progress()).toMatchObject({ files: 3, infected: 2, suspicious: 1, active_seconds: 61 });
    add(2, 'infected');
    expect(meter.progress()).toMatchObject({ files: 4, infected: 3, suspicious: 1 });
  });

  test('is never negative, infinite or inconsistent, whatever the clock does', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
      fc.record({ kind: fc.constantFrom('run' as const, 'rest' as const, 'look' as const) }),
      fc.record({ kind: fc.constant('total' as const), files: fc.nat(50) }),
      fc.record({
        kind: fc.constant('file' as const),
        verdict: fc.constantFrom(...verdictKindSchema.options),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), (steps, foundBefore) => {
        const { clock, meter, add } = meterAt({ ...noProgress, infected: foundBefore, active_seconds: 7 });
        let before = meter.progress();
        let forwardMs = 0;
        for (const each of steps) {
          if (each.kind === 'pass') {
            clock.ms += each.ms;
            forwardMs += Math.max(0, each.ms);
          } else if (each.kind === 'run') meter.run();
          else if (each.kind === 'rest') meter.rest();
          else if (each.kind === 'total') meter.setTotal(each.files);
          else if (each.kind === 'file') add(1, each.verdict);
          const progress = meter.progress();
          expect(jobProgressSchema.parse(progress)).toEqual(progress);
          const { clean, infected, suspicious, partial, unscannable } = progress;
          expect(clean + infected + suspicious + partial + unscannable).toBe(progress.files);
          expect(progress.total_files ?? progress.files).toBeGreaterThanOrEqual(progress.files);
          expect(progress.active_seconds).toBeGreaterThanOrEqual(before.active_seconds);
          expect(progress.active_seconds).toBeLessThanOrEqual(7 + forwardMs / 1000 + 1e-9);
          expect(infected).toBeGreaterThanOrEqual(before.infected);
          before = progress;
        }
      }),
    );
  });
});
