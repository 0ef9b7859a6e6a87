// [monitoring]: what is measured, and how much of it is kept.
import { z } from 'zod';
import { amount, flag, setting, wholeNumber } from './setting.ts';

export const monitoringSchema = z.strictObject({
  enable_metrics: setting(flag, true, 'Measure, and keep the history of it.', { effect: 'live' }),
  snapshot_interval_seconds: setting(amount(1, 3600), 60, 'Time between two performance snapshots.', {
    unit: 'seconds',
    effect: 'live',
  }),
  export_interval_seconds: setting(
    wholeNumber(0, 86_400),
    300,
    'Time between two JSON exports of the metrics; 0 for none.',
    { unit: 'seconds', effect: 'live' },
  ),
  export_keep: setting(wholeNumber(1, 100_000), 288, 'JSON exports that are kept.', {
    unit: 'files',
    effect: 'live',
  }),
  max_recent_scans: setting(wholeNumber(1, 100_000), 1000, 'Last scans kept in memory.', {
    unit: 'scans',
    effect: 'live',
  }),
  max_snapshots: setting(wholeNumber(1, 100_000), 100, 'Last performance snapshots kept in memory.', {
    unit: 'snapshots',
    effect: 'live',
  }),
  max_scaling_events: setting(wholeNumber(1, 10_000), 50, 'Last scaling events kept in memory.', {
    unit: 'events',
    effect: 'live',
  }),
  history_days: setting(wholeNumber(1, 3650), 30, 'How long the history of the metrics is kept.', {
    unit: 'days',
    effect: 'live',
  }),
});
