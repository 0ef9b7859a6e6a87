// What a click in the tray does, by the same calls that the pages make; what did not work is said, for there is no page to say it.
import type { CallArguments } from '../shared/contract.ts';
import { displayPath } from '../shared/display-path.ts';
import { messageOf } from '../shared/errors.ts';
import type { TrayAction } from './tray-menu.ts';

export type CoreAction = Exclude<TrayAction, { readonly kind: 'open' | 'quit' }>;

/** What of the answers counts here. */
export type TrayCalls = {
  readonly [Name in 'settings.save' | 'protection.pause' | 'protection.resume' | 'jobs.start']: (
    input: CallArguments<Name>,
  ) => unknown;
} & {
  readonly 'metrics.export': (
    input: CallArguments<'metrics.export'>,
  ) => Promise<{ readonly path: string }> | { readonly path: string };
};

export interface TrayActionPorts {
  readonly calls: () => Promise<TrayCalls>;
  readonly actor: string;
  readonly say: (title: string, body: string) => void;
}

/** Never throws. */
export async function performTrayAction(
  action: CoreAction,
  { calls, actor, say }: TrayActionPorts,
): Promise<void> {
  try {
    await perform(action, await calls(), { actor, say });
  } catch (error) {
    say('That did not work', sentence(messageOf(error)));
  }
}

async function perform(
  action: CoreAction,
  calls: TrayCalls,
  { actor, say }: Pick<TrayActionPorts, 'actor' | 'say'>,
): Promise<void> {
  switch (action.kind) {
    case 'switch':
      await calls['settings.save']({ changes: [{ name: 'watch.enabled', value: action.on }], actor });
      break;
    case 'pause':
      await calls['protection.pause']({ seconds: action.seconds, actor });
      break;
    case 'resume':
      await calls['protection.resume']({ actor });
      break;
    case 'quick_scan':
      await calls['jobs.start']({ kind: 'quick', roots: [], actor });
      say('A quick scan has begun', 'Vedette shows how far it is.');
      break;
    case 'export': {
      const { path } = await calls['metrics.export']({});
      say('Metrics exported', displayPath(path, true));
      break;
    }
  }
}

/** The messages of errors begin small and end without a full stop. */
function sentence(text: string): string {
  const shown = text
    .split('\n')
    .map((line) => displayPath(line, true))
    .join(' ');
  return `${shown.charAt(0).toUpperCase()}${shown.slice(1)}${/[.!?]$/.test(shown) ? '' : '.'}`;
}
