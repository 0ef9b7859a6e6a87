import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { withOwner } from '../../../../../src/api/service/tokens/token-changes.ts';
import { changeTokens, readTokens, tokenFiles } from '../../../../../src/api/service/tokens/token-file.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

function scene() {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return tokenFiles(folder.path);
}

describe('the tokens', () => {
  afterEach(() => void vi.useRealTimers());

  test('read within the tick of their last change are read again: a later change might not show', async () => {
    const files = scene();
    await changeTokens(files, (entries) => withOwner(entries, null));
    const changedAtMs = Math.floor(statSync(files.tokens).ctimeMs);
    vi.useFakeTimers({ toFake: ['Date'], now: changedAtMs + 1 });
    expect(readTokens(files.tokens)).toMatchObject({ entries: [{ name: 'owner' }], identity: null });
    vi.setSystemTime(changedAtMs + 10_000);
    expect(readTokens(files.tokens)).toMatchObject({ identity: expect.stringMatching(/^\d+:/) });
  });

  test('are not written where nothing was changed, or by who lost the lock', async () => {
    const files = scene();
    await changeTokens(files, (entries) => withOwner(entries, null));
    const [before, owner] = [files.tokens, files.owner].map((file) => readFileSync(file, 'utf8'));
    expect(await changeTokens(files, (entries) => ({ entries, answer: entries.length }))).toBe(1);
    const lost = changeTokens(files, (entries) => {
      rmSync(files.lock);
      return withOwner(entries, null);
    });
    await expect(lost).rejects.toMatchObject({ code: 'CALL_REFUSED' });
    expect([files.tokens, files.owner].map((file) => readFileSync(file, 'utf8'))).toEqual([before, owner]);
  });

  test('that are there twice under one name are damaged', () => {
    const files = scene();
    mkdirSync(files.folder, { mode: 0o700 });
    const entry = { name: 'a', scopes: ['read'], sha256: '0'.repeat(64), created_at: 1, rotated_at: null };
    const tokens = [entry, { ...entry, scopes: ['manage'] }];
    writeFileSync(files.tokens, JSON.stringify({ format: 'vedette.api-tokens/1', tokens }), { mode: 0o600 });
    expect(() => readTokens(files.tokens)).toThrow(/damaged/);
    expect(readdirSync(files.folder)).toEqual(['tokens.json']);
  });
});
