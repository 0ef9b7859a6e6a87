// What another look at a file would bring, by the reason why the last one fell short: a new reason does not compile without a word here.
import type { Reason, Verdict } from '../../shared/verdict.ts';

type Outlook =
  /** The same bytes with the same signatures would say the same. */
  | 'lasting'
  /** A moment later the same file may well have another verdict. */
  | 'passing'
  /** There is no file to look at. */
  | 'gone'
  /** Something has to change that no identity shows. */
  | 'unknown';

const outlooks: Readonly<Record<Reason, Outlook>> = {
  too_large: 'lasting',
  encrypted: 'lasting',
  limits_exceeded: 'lasting',
  limits_unknown: 'lasting',
  stream_limit: 'lasting',
  yara_size_limit: 'lasting',
  engine_unavailable: 'passing',
  unstable: 'passing',
  permission: 'unknown',
  special_file: 'lasting',
  symbolic_link: 'lasting',
  vanished: 'gone',
  not_found: 'gone',
  locked: 'passing',
  io_error: 'passing',
  path_too_long: 'lasting',
  timeout: 'passing',
  protocol_error: 'passing',
  poison: 'lasting',
  no_scanner: 'passing',
  interrupted: 'passing',
  not_allowed: 'unknown',
};

export function outlookOf(reason: Reason): Outlook {
  return outlooks[reason];
}

/** Whether the same file may well have another verdict a moment later. */
export function maySoonBeOther({ judgement }: Verdict): boolean {
  return 'reason' in judgement && outlooks[judgement.reason] === 'passing';
}
