// [watch]: what real-time protection keeps an eye on.
import { z } from 'zod';
import { amount, flag, setting, texts, wholeNumber } from './setting.ts';

const live = { effect: 'live' } as const;
const paths = { ...live, paths: true } as const;

export const watchSchema = z
  .strictObject({
    enabled: setting(flag, true, 'Scan files as they appear and change.', live),
    folders: setting(
      texts,
      [],
      'Watched folders; none for Downloads, Desktop, Documents and the temporary folder.',
      paths,
    ),
    watch_removable: setting(flag, true, 'Watch removable volumes while they are mounted.', live),
    exclude: setting(
      texts,
      [],
      'Glob patterns of folders, files and extensions (*.iso) that are not watched.',
      paths,
    ),
    settle_ms: setting(
      wholeNumber(10, 60_000),
      300,
      'A file is scanned when its size and time have not changed for this long.',
      { unit: 'milliseconds', ...live },
    ),
    settle_max_seconds: setting(
      amount(0.1, 3600),
      10,
      'A file that keeps growing is scanned after this time all the same, and again when it has settled.',
      { unit: 'seconds', ...live },
    ),
    sweep_interval_minutes: setting(
      amount(1, 10_080),
      60,
      'Time between two sweeps for files whose events were lost.',
      { unit: 'minutes', ...live },
    ),
    canary_interval_minutes: setting(
      amount(0, 1440),
      10,
      'Time between two tests that events of a watched folder arrive; 0 for none.',
      { unit: 'minutes', ...live },
    ),
    canary_deadline_seconds: setting(
      amount(1, 3600),
      30,
      'A test file that has no verdict after this time is a missed one.',
      { unit: 'seconds', ...live },
    ),
    catch_up_at_start: setting(flag, true, 'Scan at the start what was written while Vedette was off.', {
      effect: 'restart',
    }),
    start_at_login: setting(flag, true, 'Start the desktop app when the user logs in.', live),
  })
  .check(({ value, issues }) => {
    const { settle_ms: settleMs, settle_max_seconds: maxSeconds } = value;
    if (settleMs <= maxSeconds * 1000) return;
    const message = `settle_ms (${settleMs}) must not be longer than settle_max_seconds (${maxSeconds})`;
    issues.push({
      code: 'custom',
      path: ['settle_ms'],
      input: settleMs,
      message,
      params: { other: 'settle_max_seconds' },
    });
  });
