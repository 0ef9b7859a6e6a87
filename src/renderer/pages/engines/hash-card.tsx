// Hash lists: how many hashes are known, and where to name more lists.
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { hashOf } from '../../client/route.ts';
import { engineMessages } from '../../messages/engines.ts';
import { EngineCard } from './engine-card.tsx';
import { engineView } from './engine-view.ts';

interface HashCardProps {
  readonly shown: EnginesDocument;
}

export function HashCard({ shown }: HashCardProps) {
  return (
    <EngineCard view={engineView('hash', shown.engines)} facts={[]}>
      <a href={hashOf('settings', 'scanning.known_bad_lists')}>{engineMessages.lists.change}</a>
    </EngineCard>
  );
}
