// Another process that works on a vault: a program given as text; it may be killed or kill itself, and be another user.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { VaultScene } from './vault-scene.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limitMs = 30_000;

export interface VaultProcessEnd {
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/**
 * @param program the body of a module in which `scene`, `open`, `requestFor`, `dieAt(step)` and `args` are known.
 * Resolves when it has ended.
 */
export async function runOnVault(
  scene: Pick<VaultScene, 'vaultFolder'>,
  program: string,
  { args = [], userId }: { readonly args?: readonly unknown[]; readonly userId?: number } = {},
): Promise<VaultProcessEnd> {
  const head = `
    import { Vault } from '${root}src/core/vault/vault.ts';
    import { silentLogger } from '${root}src/core/logger.ts';
    import { requestFor, vaultKey } from '${root}test/helpers/vault-scene.ts';
    const args = ${JSON.stringify(args)};
    const die = () => process.kill(process.pid, 'SIGKILL');
    const dieAt = (wanted) => (step) => { if (step === wanted) die(); };
    const open = async (options) => await Vault.open({
      folder: ${JSON.stringify(scene.vaultFolder)},
      secret: { vaultKey: async () => vaultKey },
      logger: silentLogger,
      ...options,
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${head}\n${program}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
    killSignal: 'SIGTERM',
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return { signal: child.signalCode, output };
}
