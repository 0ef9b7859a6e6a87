// After a kill the vault may know more than the findings: they are made to say the same, and the vault is right.
import { existsSync } from 'node:fs';
import { encodePath } from '../files/raw-path.ts';
import type { FindingStore } from '../store/finding-store.ts';
import type { Vault } from '../vault/vault.ts';
import type { FindingDesk } from './finding-desk.ts';
import { findingPages } from './finding-pages.ts';

export function settleFindings(
  vault: Pick<Vault, 'list'>,
  findings: FindingStore,
  desk: Pick<FindingDesk, 'setState' | 'recordFromVault'>,
): void {
  const records = vault.list();
  for (const record of records) {
    // What is damaged may name anything.
    if (record.state !== 'stored') continue;
    const known = findings.byVaultId(record.id);
    if (known === null) {
      const is = {
        path: record.path,
        state: 'quarantined',
        note: 'Quarantined.',
        vault_id: record.id,
      } as const;
      desk.recordFromVault(record, is);
    } else if (known.state !== 'quarantined') {
      desk.setState(known.id, 'quarantined', 'Quarantined.');
    }
  }
  const ids = new Set(records.map(({ id }) => id));
  for (const page of findingPages(findings, ['quarantined'])) {
    for (const { id, path, vault_id: vaultId } of page) {
      if (vaultId !== null && ids.has(vaultId)) continue;
      if (existsSync(encodePath(path))) desk.setState(id, 'dismissed', 'Restored.');
      else desk.setState(id, 'gone', 'It is no longer in the vault.');
    }
  }
}
