// How `watch` and `serve` begin: a Vedette with what the command line says over the file, and the file followed.
import { startVedette, type RunningVedette, type VedetteOptions } from '../core/guard/running-vedette.ts';
import { logNotifier } from '../core/respond/notifier.ts';
import type { FollowedSettings } from './follow-settings.ts';
import { complain } from './tell.ts';

type Given = Required<
  Pick<
    VedetteOptions,
    'override' | 'named' | 'dataDir' | 'purpose' | 'isDemo' | 'useCache' | 'logger' | 'signal'
  >
>;

/** @throws as `startVedette`. */
export async function startProtecting(followed: FollowedSettings, given: Given): Promise<RunningVedette> {
  const vedette = await startVedette({
    ...given,
    live: followed.live,
    kind: 'service',
    notifier: logNotifier((line) => given.logger.info({ line }, 'notification')),
    onNoControl: (problem) => complain(`other commands cannot ask this Vedette: ${problem}`),
  });
  followed.onChange = (next) => vedette.apply(next);
  return vedette;
}
