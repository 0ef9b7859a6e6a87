// One Vedette that runs in the process of the test, as a window has it: real workers, rules, vault and a watched folder, without clamd.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configPlace } from '../../src/core/config.ts';
import { LiveSettings } from '../../src/core/config/live-settings.ts';
import { controlAddress } from '../../src/core/control/control-address.ts';
import { connectControl, type ControlClient } from '../../src/core/control/control-client.ts';
import { startVedette, type RunningVedette } from '../../src/core/guard/running-vedette.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What the rule of the scene finds. */
export const marker = 'a needle for the page calls';

const needleRule = `rule Needle {
  meta:
    description = "holds the needle"
    author = "Eve"
    severity = "high"
  strings:
    $needle = ${JSON.stringify(marker)}
  condition:
    $needle
}
`;
/** Its line 4 names what is not there. */
const brokenRule = 'rule Fine { condition: false }\n\nrule Broken {\n  condition: $nothing\n}\n';
const patienceMs = 20_000;

interface Parts {
  readonly vedette: RunningVedette;
  readonly client: ControlClient;
  readonly running: AsyncDisposableStack;
}

export class RunningScene implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly watched = join(this.#folder.path, 'watched');
  readonly dataDir = join(this.#folder.path, 'data');
  readonly rules = join(this.#folder.path, 'rules');
  readonly configuration = join(this.#folder.path, 'rt_protection_config.toml');
  #parts: Parts | null = null;

  /** The file says two workers at first, and one as soon as Vedette is starting. */
  static async open(): Promise<RunningScene> {
    const scene = new RunningScene();
    try {
      await scene.#start();
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    mkdirSync(this.watched);
    mkdirSync(this.dataDir, { mode: 0o700 });
    this.#folder.write('rules/broken.yar', brokenRule);
    this.#folder.write('rules/needle.yar', needleRule);
  }

  get vedette(): RunningVedette {
    return this.#started().vedette;
  }

  /** As the commands ask, over the local socket: checked on both ends. */
  async ask<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return await this.#started().client.call(name, input);
  }

  /** A file in the watched folder, with its folders. */
  write(name: string, content: string | Uint8Array): string {
    return this.#folder.write(join('watched', name), content);
  }

  findingAt(path: string): Finding | null {
    const everything = { states: [], job: null, before: null, limit: 1000 };
    const { findings } = this.vedette.desk.findings.list(everything);
    return findings.find((finding) => finding.path === path) ?? null;
  }

  /** The finding of a new file in the watched folder. */
  async found(name: string, content: string): Promise<Finding> {
    const path = this.write(name, content);
    await this.heard(() => this.findingAt(path) !== null, `${name} to be found`);
    await this.vedette.desk.responder.settled();
    const finding = this.findingAt(path);
    if (finding === null) throw new Error(`${name} is found no longer`);
    return finding;
  }

  /** Looked at again whenever something is told. */
  async heard(isSo: () => boolean, what: string): Promise<void> {
    const done = Promise.withResolvers<void>();
    function look(): void {
      if (isSo()) done.resolve();
    }
    const end = this.vedette.feed.subscribe(look);
    // Not all of it is told.
    const often = setInterval(look, 50);
    const late = setTimeout(() => done.reject(new Error(`in vain waited for ${what}`)), patienceMs);
    try {
      look();
      await done.promise;
    } finally {
      clearInterval(often);
      clearTimeout(late);
      end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts?.running.disposeAsync();
    this.#folder[Symbol.dispose]();
  }

  async #start(): Promise<void> {
    await using starting = new AsyncDisposableStack();
    const text = configurationFor(this.watched, this.rules);
    writeFileSync(this.configuration, text);
    const live = starting.use(
      new LiveSettings({
        place: configPlace({ file: this.configuration, overlay: null, env: {} }),
        whenInvalid: 'refuse',
        onChange: (next) => this.#parts?.vedette.apply(next),
        onProblem: () => {},
      }),
    );
    const vedetteStarts = startVedette({
      live,
      named: [],
      dataDir: this.dataDir,
      purpose: 'serve',
      kind: 'service',
      isDemo: false,
      useCache: true,
      notifier: { notify: () => {} },
      onNoControl(problem) {
        throw new Error(problem);
      },
      logger: silentLogger,
      signal: new AbortController().signal,
    });
    writeFileSync(this.configuration, text.replace('max_workers = 2', 'max_workers = 1'));
    live.reload();
    const vedette = starting.use(await vedetteStarts);
    const client = starting.use(await connectControl(controlAddress(this.dataDir)));
    this.#parts = { vedette, client, running: starting.move() };
    await this.heard(
      () => vedette.guard.lookout.health.roots.some(({ state }) => state === 'watching'),
      'the folder to be watched',
    );
  }

  #started(): Parts {
    if (this.#parts === null) throw new Error('not started yet');
    return this.#parts;
  }
}

function configurationFor(watched: string, rules: string): string {
  return `config_version = 2

# The one folder of this test.
[watch]
folders = ${JSON.stringify([watched])}
watch_removable = false # no sticks
settle_ms = 50
canary_interval_minutes = 0

[scanning]
clamd = "none"
rule_paths = ${JSON.stringify([rules])}

[scaling]
# Few, because the machine is shared.
min_workers = 1
max_workers = 2

[response]
action = "ask"
brake_detections = 1000
`;
}
