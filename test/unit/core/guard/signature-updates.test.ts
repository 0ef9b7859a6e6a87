import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignatureUpdates, type UpdatedClamd } from '../../../../src/core/guard/signature-updates.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { HistoryNote } from '../../../../src/shared/history-event.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const { updates: settings } = settingsSchema.parse({});
const hourMs = 3_600_000;

class Scene implements AsyncDisposable {
  readonly folder = temporaryFolder();
  readonly notes: HistoryNote[] = [];
  readonly refresh = vi.fn<() => Promise<boolean>>(async () => true);
  readonly onChange = vi.fn<() => void>();
  clamd: UpdatedClamd | null;
  program: string | null;
  readonly updates: SignatureUpdates;
  readonly #gate: string;

  constructor(output = 'daily.cvd updated (version: 2)') {
    this.folder.write('signatures/.keep');
    this.#gate = join(this.folder.path, 'go');
    const script = `while [ ! -e '${this.#gate}' ]; do sleep 0.01; done; echo "${output}"`;
    this.program = this.folder.write('freshclam', `#!/bin/sh\n${script}\n`);
    chmodSync(this.program, 0o755);
    this.clamd = this.managed(join(this.folder.path, 'signatures'));
    this.updates = new SignatureUpdates({
      clamd: () => this.clamd,
      refresh: this.refresh,
      workDir: this.folder.path,
      settings,
      write: (note) => void this.notes.push(note),
      onChange: this.onChange,
      findProgram: () => this.program,
      logger: silentLogger,
    });
  }

  managed(signatureDir: string | null): UpdatedClamd {
    return { kind: 'managed', managed: { signatureDir } };
  }

  /** The program ends. */
  go(): void {
    writeFileSync(this.#gate, '');
  }

  async done(): Promise<void> {
    await vi.waitUntil(() => this.updates.state.state !== 'running', { timeout: 10_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.updates[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

describe.runIf(process.platform !== 'win32')('an update of the signatures', () => {
  test('runs once, puts into force what it fetched, and is written down', async () => {
    await using scene = new Scene();
    expect(scene.updates.state).toMatchObject({ state: 'idle', text: '', last_at: null });
    const begun = { started: true, text: 'New signatures are being fetched.' };
    expect(scene.updates.start('user eve')).toEqual(begun);
    expect(scene.updates.start('user eve')).toEqual({
      started: false,
      text: 'An update is running already.',
    });
    expect(scene.updates.state).toMatchObject({ state: 'running' });
    scene.go();
    await scene.done();
    expect(scene.refresh).toHaveBeenCalledTimes(1);
    expect(scene.notes).toEqual([
      { kind: 'signatures_updated', actor: 'user eve', text: 'New signatures were fetched.' },
    ]);
    const { state, last_at: lastAt, next_at: nextAt, text } = scene.updates.state;
    expect([state, text]).toEqual(['idle', 'New signatures were fetched.']);
    expect((nextAt ?? 0) - (lastAt ?? 0)).toBeCloseTo(4 * 3600, -1);
    expect(scene.onChange).toHaveBeenCalledTimes(2);
  });

  test('that found nothing new changes nothing', async () => {
    await using scene = new Scene('daily.cvd database is up-to-date');
    scene.updates.start('system');
    scene.go();
    await scene.done();
    expect(scene.refresh).not.toHaveBeenCalled();
    expect(scene.notes).toEqual([]);
    expect(scene.updates.state.text).toBe('The signatures are the newest there are.');
  });

  test('that failed says why, and so does one that cannot be put into force', async () => {
    await using scene = new Scene('ERROR: No server answers');
    scene.updates.start('system');
    scene.go();
    await scene.done();
    const why = 'freshclam failed: No server answers.';
    expect(scene.notes).toEqual([
      { kind: 'error', actor: 'system', text: `Signatures could not be updated: ${why}` },
    ]);
    expect(scene.updates.state).toMatchObject({ state: 'idle', text: why });
    await using other = new Scene();
    other.refresh.mockRejectedValueOnce(new Error('clamd does not come up'));
    other.updates.start('system');
    other.go();
    await other.done();
    expect(other.updates.state.text).toBe('clamd does not come up');
  });

  test('that runs ends with Vedette, and is not called a failure', async () => {
    const scene = new Scene();
    scene.updates.start('system');
    await scene.updates[Symbol.asyncDispose]();
    expect(scene.notes).toEqual([]);
    expect(scene.updates.state.next_at).toBeNull();
    scene.folder[Symbol.dispose]();
  });

  test.each<[string, (scene: Scene) => void, RegExp]>([
    ['no file needed a clamd yet', (scene) => void (scene.clamd = null), /^clamd is not needed yet/],
    [
      'it has no folder',
      (scene) => void (scene.clamd = scene.managed(null)),
      /^This clamd was started without/,
    ],
    [
      'its folder is gone',
      (scene) => void (scene.clamd = scene.managed('/nowhere')),
      /^The folder of signatures/,
    ],
    ['there is no freshclam', (scene) => void (scene.program = null), /^freshclam is not installed/],
    [
      "the clamd is the system's",
      (scene) => void (scene.clamd = { kind: 'found' }),
      /^This clamd belongs to the system/,
    ],
    ['there is no clamd', (scene) => void (scene.clamd = { kind: 'unavailable' }), /^There is no clamd/],
  ])('is not begun where %s', async (_name, arrange, text) => {
    await using scene = new Scene();
    arrange(scene);
    expect(scene.updates.start('user eve')).toEqual({ started: false, text: expect.stringMatching(text) });
    expect(scene.updates.state).toMatchObject({
      state: 'unavailable',
      text: expect.stringMatching(text),
      next_at: null,
    });
    expect(existsSync(join(scene.folder.path, 'freshclam.conf'))).toBe(false);
  });
});

describe('the clock of the updates', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('begins a minute after the start, and goes on when there was nothing to do', async () => {
    await using scene = new Scene();
    scene.clamd = null;
    const start = vi.spyOn(scene.updates, 'start');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(start).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(start.mock.calls).toEqual([['system']]);
    await vi.advanceTimersByTimeAsync(4 * hourMs);
    expect(start).toHaveBeenCalledTimes(2);
  });

  test('follows the settings, and stops with Vedette', async () => {
    await using scene = new Scene();
    scene.clamd = null;
    const start = vi.spyOn(scene.updates, 'start');
    scene.updates.configure({ ...settings, enable_freshclam: false });
    await vi.advanceTimersByTimeAsync(100 * hourMs);
    expect(start).not.toHaveBeenCalled();
    scene.updates.configure({ ...settings, freshclam_interval_hours: 168 });
    await vi.advanceTimersByTimeAsync(168 * hourMs);
    expect(start).toHaveBeenCalledTimes(1);
    await scene.updates[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(1000 * hourMs);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
