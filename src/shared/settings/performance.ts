// [performance]: what saves work.
import { z } from 'zod';
import { duration, flag, setting, wholeNumber } from './setting.ts';

export const performanceSchema = z.strictObject({
  enable_cache: setting(flag, true, 'Remember verdicts, and do not scan again what did not change.', {
    effect: 'restart',
  }),
  cache_ttl_hours: setting(
    duration(8760),
    24,
    'How long the verdict on a content is believed (cache type verdict).',
    { unit: 'hours', effect: 'live' },
  ),
  enable_pre_processor: setting(
    flag,
    true,
    'Let known-good hashes spare the engines. Special files, sizes and limits of archives are looked at in any case.',
    { effect: 'restart' },
  ),
  bloom_filter_mb: setting(
    wholeNumber(1, 512),
    10,
    'Size of the filter that knows what was never seen; a larger one is wrong less often.',
    { unit: 'MB', effect: 'restart' },
  ),
});
