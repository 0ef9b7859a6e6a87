// A kill between moving a file and writing down that it was moved: findings, vault and files say the same after the next start.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { VaultStep } from '../../src/core/vault/vault-step.ts';
import { reportDocumentSchemas } from '../../src/shared/report-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { runVedette } from '../helpers/run-vedette.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Moves the one open finding into the vault, or the one object out of it, and dies after a step. */
function moveAndDie(dataDir: string, finding: unknown, step: VaultStep): NodeJS.Signals | null {
  const program = `
    import { Vault } from '${root}src/core/vault/vault.ts';
    import { fileSecretStore } from '${root}src/core/vault/secret-store.ts';
    import { silentLogger } from '${root}src/core/logger.ts';
    const [dataDir, finding, step] = ${JSON.stringify([dataDir, finding, step])};
    const vault = await Vault.open({
      folder: dataDir + '/vault',
      secret: fileSecretStore(dataDir + '/vault.key', { mayCreate: true }),
      logger: silentLogger,
      afterStep: (done) => { if (done === step) process.kill(process.pid, 'SIGKILL'); },
    });
    const [object] = vault.list();
    if (object === undefined) await vault.quarantine({ ...finding, actor: 'user ana' });
    else await vault.restore(object.id, { to: null, keepMode: false });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, timeout: 30_000 })
    .signal;
}

async function threatsIn(home: string) {
  const run = await runVedette(['threats', '--all', '--json'], { home });
  return reportDocumentSchemas['vedette.threats/1'].parse(JSON.parse(run.stdout)).findings;
}

async function found(home: string): Promise<string> {
  mkdirSync(join(home, 'files'));
  const path = join(home, 'files', 'bad.com');
  writeFileSync(path, eicar());
  await runVedette(['scan', '--clamd', 'none', '--no-yara', path], { home });
  return path;
}

describe('a kill in the middle of a quarantine', () => {
  it.each([
    ['copied', 'open'],
    ['stored', 'quarantined'],
    ['unlinked', 'quarantined'],
    ['done', 'quarantined'],
  ] as const)('after step %s leaves a finding that is %s, as its file is', async (step, state) => {
    using folder = temporaryFolder();
    const home = folder.path;
    const path = await found(home);
    const [finding] = await threatsIn(home);
    expect(moveAndDie(join(home, 'data'), finding, step)).toBe('SIGKILL');
    const [after, ...others] = await threatsIn(home);
    expect([after?.state, others, existsSync(path)]).toEqual([state, [], state === 'open']);
  });
});

describe('a kill in the middle of a restore', () => {
  it.each([
    ['restore-copied', 'quarantined'],
    ['restored', 'dismissed'],
    ['object-removed', 'dismissed'],
    ['restore-done', 'dismissed'],
  ] as const)('after step %s leaves a finding that is %s, as its file is', async (step, state) => {
    using folder = temporaryFolder();
    const home = folder.path;
    const path = await found(home);
    await runVedette(['threats', 'quarantine', '1'], { home });
    expect(existsSync(path)).toBe(false);
    expect(moveAndDie(join(home, 'data'), null, step)).toBe('SIGKILL');
    const [after, ...others] = await threatsIn(home);
    expect([after?.state, others, existsSync(path)]).toEqual([state, [], state === 'dismissed']);
  });
});
