// [cache]: how long what was learned is believed, and how much of it is kept.
import { z } from 'zod';
import { duration, setting, wholeNumber } from './setting.ts';

export const cacheSchema = z.strictObject({
  identity_ttl_hours: setting(
    duration(8760),
    24,
    'How long a file that looks unchanged is taken to have the content it had.',
    { unit: 'hours', effect: 'live' },
  ),
  query_ttl_minutes: setting(
    duration(1440),
    5,
    'How long the answer to a look-up over the API is believed.',
    {
      unit: 'minutes',
      effect: 'live',
    },
  ),
  remote_ttl_hours: setting(duration(8760), 2, 'How long a verdict stays in the cache that a fleet shares.', {
    unit: 'hours',
    effect: 'live',
    pending: true,
  }),
  uncertain_ttl_minutes: setting(
    duration(1440),
    10,
    'How long a verdict is believed when nobody could say which signatures it was made with.',
    { unit: 'minutes', effect: 'live' },
  ),
  memory_entries: setting(wholeNumber(0, 10_000_000), 100_000, 'Files whose verdicts are kept in memory.', {
    unit: 'files',
    effect: 'restart',
  }),
  max_files: setting(
    wholeNumber(1000, 100_000_000),
    5_000_000,
    'Files kept in the database; beyond that the ones not seen for longest go.',
    { unit: 'files', effect: 'restart' },
  ),
});
