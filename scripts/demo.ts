// A throw-away installation with a small real workload: real files are written, and Vedette really scans them.
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownPlaces } from '../src/core/engines/clamd/known-places.ts';
import { reverseShell } from './demo-files.ts';
import { DemoWorkload } from './demo-workload.ts';

export interface DemoOptions {
  /** false: an installation on its first day. */
  readonly writesFiles?: boolean;
  /** Whether a clamd can be started for it; looked for by default. */
  readonly hasClamd?: boolean;
}

export class Demo implements AsyncDisposable {
  /** For the app and for `vedette serve` alike. */
  readonly options: readonly string[];
  readonly folder: string;
  readonly #workload: DemoWorkload | null;

  static async start({ writesFiles = true, hasClamd = findsClamd() }: DemoOptions = {}): Promise<Demo> {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'vedette-demo-'));
    const home = join(folder, 'home');
    const folders = ['Downloads', 'Documents', 'Desktop'].map((name) => join(home, name));
    for (const place of folders) mkdirSync(place, { recursive: true });
    const signatures = hasClamd ? writeSignatures(join(folder, 'signatures')) : null;
    const configuration = join(folder, 'rt_protection_config.toml');
    writeFileSync(configuration, configurationFor(folders, signatures));
    const workload = writesFiles ? await DemoWorkload.start(home) : null;
    return new Demo(folder, configuration, workload);
  }

  private constructor(folder: string, configuration: string, workload: DemoWorkload | null) {
    this.folder = folder;
    this.options = ['--data-dir', join(folder, 'data'), '--config', configuration, '--demo'];
    this.#workload = workload;
    process.stderr.write(`vedette: a demo in ${folder}, removed at the end\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workload?.[Symbol.asyncDispose]();
    // A worker that was killed may write its last line meanwhile.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function findsClamd(): boolean {
  return knownPlaces(process.platform, process.env).binaries.some((binary) => existsSync(binary));
}

/**
 * What the demo's own clamd finds, without the signatures of the system and the gigabyte they take. EICAR every managed
 * clamd knows. `.ndb`: name, any kind of file, anywhere in it, hexadecimal bytes (ClamAV manual, "Body-based signatures").
 */
function writeSignatures(folder: string): string {
  mkdirSync(folder);
  const [, command = ''] = reverseShell.split('\n');
  const bytes = Buffer.from(command.slice(0, command.lastIndexOf('/'))).toString('hex');
  writeFileSync(join(folder, 'demo.ndb'), `Demo.Script.ReverseShell:0:*:${bytes}\n`);
  return folder;
}

function configurationFor(folders: readonly string[], signatures: string | null): string {
  return `config_version = 2

[watch]
# The folders of the demo, and nothing of yours.
folders = ${JSON.stringify(folders)}
watch_removable = false
canary_interval_minutes = 1
start_at_login = false

[scanning]
signature_dir = ${JSON.stringify(signatures ?? '')}

[updates]
enable_freshclam = false

[scaling]
# Soon enough to be seen.
check_interval_seconds = 5
scaling_cooldown_seconds = 15
max_workers = 6

[monitoring]
snapshot_interval_seconds = 5
`;
}
