// Calls about exclusions that end by themselves; those without an end are settings.
import type { Handlers } from '../../../shared/contract.ts';
import type { ExclusionBook } from '../exclusion-book.ts';

export function exclusionCalls(
  book: Pick<ExclusionBook, 'list' | 'add' | 'remove'>,
): Pick<Handlers, 'exclusions.list' | 'exclusions.add' | 'exclusions.remove'> {
  return {
    'exclusions.list': () => ({ exclusions: [...book.list()] }),
    'exclusions.add': ({ actor, ...request }) => book.add({ ...request, author: actor }),
    'exclusions.remove': ({ ids, actor }) => ({ removed: [...book.remove(ids, actor)] }),
  };
}
