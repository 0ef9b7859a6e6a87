// [response]: what is done about a finding, and the vault.
import { z } from 'zod';
import { amount, gib, setting, wholeNumber } from './setting.ts';

const live = { effect: 'live' } as const;

export const responseSchema = z.strictObject({
  action: setting(
    z.enum(['ask', 'quarantine', 'notify']),
    'ask',
    'What is done about a finding of high or critical severity; in none of them is a file deleted.',
    live,
  ),
  brake_detections: setting(
    wholeNumber(1, 100_000),
    50,
    'As many findings of one signature within brake_window_seconds stop automatic quarantine.',
    { unit: 'files', ...live },
  ),
  brake_window_seconds: setting(amount(1, 3600), 60, 'The time for brake_detections.', {
    unit: 'seconds',
    ...live,
  }),
  vault_expire_days: setting(
    wholeNumber(0, 3650),
    0,
    'Quarantined files are deleted after this time; 0 for never.',
    { unit: 'days', ...live },
  ),
  vault_max_size: setting(
    z.number().int().min(0),
    10 * gib,
    'Most that quarantined files may take together: then the oldest are deleted, none within its first week; 0 for no limit.',
    { unit: 'bytes', ...live },
  ),
});
