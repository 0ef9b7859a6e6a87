// Which events of the history are about one finding: its file, what is in it, or its place in the vault.
import type { Finding } from '../../../shared/finding.ts';
import type { HistoryEvent, HistoryKind } from '../../../shared/history-event.ts';

/** What can happen to a file; all else is not asked for. */
export const fileKinds: readonly HistoryKind[] = [
  'detection',
  'quarantined',
  'quarantine_failed',
  'restored',
  'restore_failed',
  'deleted',
  'exported',
  'expired',
  'recovered',
  'allowed',
  'disallowed',
  'dismissed',
  'reopened',
];

type About = Pick<Finding, 'id' | 'path' | 'sha256' | 'vault_id'>;

export function eventsAbout(events: readonly HistoryEvent[], finding: About): readonly HistoryEvent[] {
  return events.filter((event) => isAbout(event, finding));
}

function isAbout(
  { path, details }: HistoryEvent,
  { id, path: place, sha256, vault_id: vaultId }: About,
): boolean {
  // Another finding at the same place has a history of its own.
  if (typeof details['finding'] === 'number') return details['finding'] === id;
  if (vaultId !== null && details['vault'] === vaultId) return true;
  if (path !== null) return path === place;
  const { value } = details;
  return value === place || (sha256 !== null && value === sha256);
}
