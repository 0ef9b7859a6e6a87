// A throw-away installation with a small real workload: real files are written, and Vedette really scans them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoWorkload } from './demo-workload.ts';

export class Demo implements AsyncDisposable {
  /** For the app and for `vedette serve` alike. */
  readonly options: readonly string[];
  readonly folder: string;
  readonly #workload: DemoWorkload | null;

  /** @param options.writesFiles false: an installation on its first day. */
  static async start({ writesFiles = true } = {}): Promise<Demo> {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-demo-'));
    const home = join(folder, 'home');
    const folders = ['Downloads', 'Documents', 'Desktop'].map((name) => join(home, name));
    for (const place of folders) mkdirSync(place, { recursive: true });
    const configuration = join(folder, 'rt_protection_config.toml');
    writeFileSync(configuration, configurationFor(folders));
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
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function configurationFor(folders: readonly string[]): string {
  return `config_version = 2

[watch]
# The folders of the demo, and nothing of yours.
folders = ${JSON.stringify(folders)}
watch_removable = false
canary_interval_minutes = 1

[scaling]
# Soon enough to be seen.
check_interval_seconds = 5
scaling_cooldown_seconds = 10
max_workers = 4

[monitoring]
snapshot_interval_seconds = 5
`;
}
