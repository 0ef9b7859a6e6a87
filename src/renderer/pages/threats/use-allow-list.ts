// The allow-list, and taking entries out of it: undone by the same entry once more.
import { useCall, useClient, useSlice } from '../../client/client-context.ts';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import type { AllowEntry } from '../../../shared/allow-entry.ts';
import { threatTexts } from '../../messages/threats.ts';
import { useReloadOn } from '../common/use-reload-on.ts';
import { undoRemovedEntries } from './finding-calls.ts';

export function useAllowList(onChanged: () => void) {
  const client = useClient();
  const { show } = useToasts();
  const { act, isBusy } = useAct();
  const answer = useCall('allow.list', {});
  useReloadOn(useSlice('findings'), answer.reload);

  async function remove(ids: readonly number[]): Promise<void> {
    const removed = await act(() => client.call('allow.remove', { ids: [...ids] }));
    if (removed === null) return;
    answer.reload();
    onChanged();
    show({
      text: threatTexts.allowList.removed,
      tone: 'ok',
      undo: { label: threatTexts.outcome.undo, run: () => putBack(removed.removed) },
    });
  }

  async function putBack(entries: readonly AllowEntry[]): Promise<void> {
    await act(() => undoRemovedEntries(client, entries), { done: () => threatTexts.outcome.allowedAgain });
    answer.reload();
    onChanged();
  }

  return { answer, isBusy, remove };
}
