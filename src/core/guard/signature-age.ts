// How old the signatures are, from what clamd says of its database.
import type { EngineReport } from '../../shared/engine-report.ts';

const dayMs = 24 * 3_600_000;

/**
 * Days since the main database was made; null where nobody can tell, as with a database of one's own.
 * clamd VERSION, clamd(8): `ClamAV 1.4.1/27500/Fri Jan 10 09:10:11 2025`.
 */
export function signatureAgeDays(engines: readonly EngineReport[], nowMs: number): number | null {
  const version = engines.find(({ name }) => name === 'clamav')?.version ?? '';
  const made = Date.parse(version.split('/')[2] ?? '');
  return Number.isNaN(made) ? null : Math.max(0, (nowMs - made) / dayMs);
}
