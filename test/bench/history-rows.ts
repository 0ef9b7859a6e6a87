// A week of minutes as a busy Vedette would have written them: made by the recorder itself, on a clock of the benchmark.
import type { PerformanceSnapshot, RunTotals } from '../../src/shared/metrics.ts';
import type { Verdict } from '../../src/shared/verdict.ts';
import { MetricsRecorder } from '../../src/core/metrics/metrics-recorder.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

export interface HistoryRow {
  readonly snapshot: PerformanceSnapshot;
  readonly totals: RunTotals;
}

const scansAMinute = 20;
const limits = { recentScans: 100, snapshots: 100, scalingEvents: 50 };

/** The last of them ends at `endSeconds`. */
export function* historyRows(count: number, endSeconds: number): Generator<HistoryRow> {
  let minute = 0;
  const startSeconds = endSeconds - count * 60;
  const recorder = new MetricsRecorder({
    clock: { nowSeconds: () => startSeconds + minute * 60, monotonicMs: () => minute * 60_000 },
    limits,
  });
  const numbers = seededRandom(1);
  function random(): number {
    return numbers.below(1000) / 1000;
  }
  for (minute = 1; minute <= count; minute += 1) {
    for (let scan = 0; scan < scansAMinute * random(); scan += 1) {
      recorder.recordScan({
        path: `/home/user/${scan}`,
        verdict: clean(random()),
        priority: 'normal',
        savedMs: 1,
      });
    }
    const snapshot = recorder.snapshot({
      queueDepth: Math.floor(random() * 100),
      activeWorkers: 1,
      totalWorkers: 2,
      workerUtilization: random(),
      cpuPercent: 100 * random(),
      memoryPercent: 40 + random(),
    });
    yield { snapshot, totals: recorder.totals() };
  }
}

function clean(chance: number): Verdict {
  return {
    judgement: { kind: 'clean' },
    engines: ['yara', 'hash'],
    sha256: null,
    sizeBytes: 1000,
    durationMs: 5,
    cachedFrom: chance > 0.5 ? 'memory' : null,
  };
}
