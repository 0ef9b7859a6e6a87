// [updates]: how signatures and rules stay fresh, and what follows when they change.
import { z } from 'zod';
import { amount, flag, mib, setting, sizeBytes, wholeNumber } from './setting.ts';

const live = { effect: 'live', pending: true } as const;

export const updatesSchema = z.strictObject({
  signature_check_minutes: setting(
    amount(0.1, 1440),
    10,
    'How often a running Vedette looks whether the signatures of the engines changed.',
    { unit: 'minutes', effect: 'live' },
  ),
  rescan_recent_files: setting(
    wholeNumber(0, 100_000),
    10_000,
    'Files seen last that are scanned again, at low priority, when signatures changed; 0 for none.',
    { unit: 'files', effect: 'live' },
  ),
  enable_freshclam: setting(flag, true, 'Keep the database of the managed clamd fresh with freshclam.', {
    effect: 'live',
  }),
  freshclam_interval_hours: setting(amount(1, 168), 4, 'Time between two runs of freshclam.', {
    unit: 'hours',
    effect: 'live',
  }),
  rule_packs: setting(
    z.array(z.string().regex(/^https:\/\/[^\s#]+#(?:sha256=[0-9a-f]{64}|signature=[^\s#]+)$/)),
    [],
    'YARA rule packs: HTTPS addresses, each with #sha256=HEX or #signature=FILE behind it.',
    live,
  ),
  rule_pack_interval_hours: setting(amount(1, 168), 24, 'Time between two looks for newer rule packs.', {
    unit: 'hours',
    ...live,
  }),
  rule_pack_max_size: setting(sizeBytes.max(1024 * mib), 64 * mib, 'Most that one rule pack may unpack to.', {
    unit: 'bytes',
    ...live,
  }),
  signature_age_warning_days: setting(amount(1, 365), 7, 'Older signatures are a warning.', {
    unit: 'days',
    ...live,
  }),
});
