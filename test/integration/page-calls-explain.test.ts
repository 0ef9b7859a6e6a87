// Why a file was flagged, asked of a running Vedette: the bytes come from what was scanned, wherever it is, or from nowhere.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { marker, RunningScene } from '../helpers/running-scene.ts';

const actor = 'user eve';
const deciding = { reason: '', confirmed: false, actor } as const;
let scene: RunningScene;

beforeAll(async () => {
  scene = await RunningScene.open();
});

afterAll(() => scene[Symbol.asyncDispose]());

function shownText(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}

describe('why a file was flagged', () => {
  test('is shown with the bytes around the match, where it is and out of the vault', async () => {
    const before = 'x'.repeat(100);
    const { id, path } = await scene.found('needle.txt', `${before}${marker}${'y'.repeat(600)}`);
    const shown = await scene.ask('findings.explain', { id });
    expect(shown).toMatchObject({
      bytes_problem: '',
      elsewhere: [],
      allowed_by: null,
      detections: [
        {
          meaning: 'Holds the needle.',
          source: 'Written by Eve',
          matches: [{ pattern: '$needle', offset: 100, length: marker.length, start: 64 }],
        },
      ],
    });
    expect(shownText(shown.detections[0]?.matches[0]?.bytes_hex ?? '')).toMatch(
      new RegExp(`^x{36}${marker}y{32,48}$`),
    );
    const { outcomes } = await scene.ask('findings.act', { ids: [id], action: 'quarantine', ...deciding });
    expect(outcomes).toMatchObject([{ ok: true }]);
    expect(existsSync(path)).toBe(false);
    const vaulted = await scene.ask('findings.explain', { id });
    expect(vaulted.finding.state).toBe('quarantined');
    expect(vaulted.detections).toEqual(shown.detections);
    expect(vaulted.bytes_problem).toBe('');
    // Back in its place it has another identity, and the same content.
    const how = { to: null, allow: false, keep_mode: false, reason: '', actor } as const;
    await scene.ask('quarantine.restore', { ids: [vaulted.finding.vault_id ?? ''], ...how });
    const restored = await scene.ask('findings.explain', { id });
    expect(restored.finding.state).toBe('dismissed');
    expect(restored.bytes_problem).toBe('');
    expect(restored.detections).toEqual(shown.detections);
    rmSync(path);
  });

  test('is never shown with bytes that nobody has scanned', async () => {
    const { id, path } = await scene.found('changed.txt', `-- ${marker} --`);
    await scene.ask('exclusions.add', {
      pattern: path,
      seconds: 60,
      reason: 'so that nobody scans it again',
      actor,
    });
    writeFileSync(path, `-- ${'secret'.repeat(4)}.. --`.padEnd(marker.length + 6, '.'));
    const shown = await scene.ask('findings.explain', { id });
    expect(shown.bytes_problem).toBe('The file was changed since it was scanned.');
    expect(shownText(shown.detections[0]?.matches[0]?.bytes_hex ?? '')).toBe(marker);
    // Touched only: the same bytes.
    writeFileSync(path, `-- ${marker} --`);
    utimesSync(path, 1, 1);
    expect((await scene.ask('findings.explain', { id })).bytes_problem).toBe('');
    renameSync(path, `${path}.away`);
    expect((await scene.ask('findings.explain', { id })).bytes_problem).toBe(
      'The bytes cannot be shown: the file is no longer there (ENOENT).',
    );
    execFileSync('mkfifo', [path]);
    expect((await scene.ask('findings.explain', { id })).bytes_problem).toBe(
      'The file was changed since it was scanned.',
    );
    rmSync(path);
    rmSync(`${path}.away`);
  });

  test('can be asked a hundred times at once', async () => {
    const { id, path } = await scene.found('often.txt', marker);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => await scene.vedette.handlers['findings.explain']({ id })),
    );
    const shown = answers.map(({ detections }) => detections[0]?.matches[0]?.bytes_hex ?? '');
    expect(new Set(shown)).toEqual(new Set([Buffer.from(marker).toString('hex')]));
    rmSync(path);
  });

  test('names the other places of the same content, each once', async () => {
    const content = `${marker} twice`;
    const one = await scene.found('one.txt', content);
    const two = await scene.found('two.txt', content);
    expect((await scene.ask('findings.explain', { id: one.id })).elsewhere).toEqual([
      { path: two.path, where: 'finding', state: 'open' },
    ]);
    await scene.ask('findings.act', { ids: [two.id], action: 'quarantine', ...deciding });
    expect((await scene.ask('findings.explain', { id: one.id })).elsewhere).toEqual([
      { path: two.path, where: 'finding', state: 'quarantined' },
    ]);
    rmSync(one.path);
  });

  test('is not known of a finding that is none', async () => {
    await expect(scene.ask('findings.explain', { id: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
