// One Vedette a data folder: who holds the lock may write to vault, findings and history, and answers for the others.
import { AppError } from '../../shared/errors.ts';
import { takeOwnerLock, type Owner, type OwnerLock } from '../store/owner-lock.ts';

/** @throws AppError ALREADY_RUNNING, with the owner in a sentence; FILE_UNREADABLE where no lock can be had. */
export function ownDataFolder(dataDir: string, purpose: string): OwnerLock {
  const result = takeOwnerLock(dataDir, { purpose, address: null });
  if (result.kind === 'taken') return result.lock;
  throw new AppError('ALREADY_RUNNING', `${nameOf(result.owner)} already owns the data folder ${dataDir}`);
}

function nameOf(owner: Owner | null): string {
  return owner === null ? 'another Vedette' : `vedette ${owner.purpose} (process ${owner.pid})`;
}
