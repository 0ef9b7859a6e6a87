// [scaling]: how many scan workers there are, and when that changes.
import { z } from 'zod';
import { amount, flag, gib, mib, setting, sizeBytes, wholeNumber } from './setting.ts';

const workers = { unit: 'workers', effect: 'live' } as const;
const files = { unit: 'files', effect: 'live' } as const;
const percent = { unit: 'percent', effect: 'live' } as const;
const seconds = { unit: 'seconds', effect: 'live' } as const;

export const scalingSchema = z
  .strictObject({
    enable_adaptive_scaling: setting(
      flag,
      true,
      'Have as many workers as there is work for; off: as many as allowed, always.',
      { effect: 'live' },
    ),
    min_workers: setting(
      wholeNumber(1, 64),
      2,
      'Scan workers that are always there; where only max_workers is set, and is lower, it counts for both.',
      workers,
    ),
    max_workers: setting(
      wholeNumber(0, 64),
      0,
      'Most scan workers; 0 for as many as processors, from 2 to 8.',
      workers,
    ),
    scale_up_threshold: setting(
      wholeNumber(1, 1_000_000),
      50,
      'More waiting files than this: more workers.',
      files,
    ),
    scale_down_threshold: setting(
      wholeNumber(0, 1_000_000),
      10,
      'Fewer waiting files than this: fewer workers.',
      files,
    ),
    scaling_cooldown_seconds: setting(amount(0, 3600), 30, 'Pause between two changes.', seconds),
    check_interval_seconds: setting(
      amount(1, 3600),
      30,
      'How often the number of workers is thought over, besides at each crossing of a threshold.',
      seconds,
    ),
    memory_ceiling_percent: setting(
      amount(1, 100),
      85,
      'No more workers while more of the memory of the machine is in use.',
      percent,
    ),
    cpu_ceiling_percent: setting(
      amount(0, 100),
      0,
      'No more workers while the processors are busier; 0 for no such ceiling.',
      percent,
    ),
    battery_max_workers: setting(wholeNumber(1, 64), 2, 'Most scan workers while on battery.', workers),
    worker_memory_limit: setting(
      sizeBytes.min(128 * mib),
      gib,
      'A scan worker that grows past this is replaced.',
      { unit: 'bytes', effect: 'restart' },
    ),
  })
  .check(({ value, issues }) => {
    const { min_workers: minimum, max_workers: maximum } = value;
    if (maximum !== 0 && minimum > maximum) {
      const message = `min_workers (${minimum}) must not be more than max_workers (${maximum})`;
      issues.push({
        code: 'custom',
        path: ['min_workers'],
        input: minimum,
        message,
        params: { other: 'max_workers' },
      });
    }
    const { scale_down_threshold: low, scale_up_threshold: high } = value;
    if (low >= high) {
      const message = `scale_down_threshold (${low}) must be less than scale_up_threshold (${high})`;
      issues.push({
        code: 'custom',
        path: ['scale_down_threshold'],
        input: low,
        message,
        params: { other: 'scale_up_threshold' },
      });
    }
  });
