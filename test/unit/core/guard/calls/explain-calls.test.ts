import { writeFileSync, rmSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { explainCalls, type ExplainSources } from '../../../../../src/core/guard/calls/explain-calls.ts';
import type { Detection } from '../../../../../src/shared/verdict.ts';
import { findingExplanationSchema } from '../../../../../src/shared/page-documents.ts';
import { hashOf } from '../../../../helpers/store-entries.ts';
import { badRule, identityOn, outcomeOn } from '../samples.ts';
import { acting, CallsScene, restoring } from './calls-scene.ts';

const content = 'some bad content';

type OwnerOf = NonNullable<ExplainSources['ownerOf']>;

/** A file whose finding has matches, at these places. */
function found(scene: CallsScene, name: string, offsets: readonly number[] = [5]): number {
  const path = join(scene.files, name);
  writeFileSync(path, content);
  const matches = offsets.map((offset) => ({ pattern: '$a', offset, length: 3, bytes_hex: '626164' }));
  const detections: readonly [Detection] = [{ ...badRule, matches }];
  const outcome = outcomeOn(
    path,
    { kind: 'infected', detections },
    { identity: identityOn(path), sha256: hashOf(content) },
  );
  const verdict = { ...outcome.verdict, sizeBytes: content.length };
  const recorded = scene.desk.findingDesk.record(
    { ...outcome, verdict },
    {
      state: 'open',
      note: '',
      jobId: null,
      actor: 'policy',
    },
  );
  if (recorded === null) throw new Error('not recorded');
  return recorded.finding.id;
}

function explainer(scene: CallsScene, changes: Partial<ExplainSources> = {}) {
  const antivirus = { engines: async () => [] };
  const calls = explainCalls({ desk: scene.desk, antivirus, ownerOf: async () => null, ...changes });
  return async (id: number) => findingExplanationSchema.parse(await calls['findings.explain']({ id }));
}

function bytesOf(shown: Awaited<ReturnType<ReturnType<typeof explainer>>>): readonly string[] {
  return shown.detections.flatMap(({ matches }) =>
    matches.map(({ bytes_hex: hex }) => Buffer.from(hex, 'hex').toString()),
  );
}

describe('the bytes of an explanation', () => {
  test('come from the file, from the vault, and from the file again when it is back', async () => {
    await using scene = await CallsScene.open();
    const explain = explainer(scene);
    const id = found(scene, 'bad');
    expect(bytesOf(await explain(id))).toEqual([content]);
    await scene.handlers['findings.act']({ ids: [id], action: 'quarantine', ...acting });
    const vaulted = await explain(id);
    expect([bytesOf(vaulted), vaulted.bytes_problem]).toEqual([[content], '']);
    await scene.handlers['quarantine.restore']({ ids: [scene.now(id).vault_id ?? ''], ...restoring });
    const restored = await explain(id);
    expect([bytesOf(restored), restored.bytes_problem]).toEqual([[content], '']);
  });

  test('are those of the verdict when the object was deleted, is damaged or cannot be reached', async () => {
    await using scene = await CallsScene.open();
    const explain = explainer(scene);
    const ids = ['one', 'two', 'three'].map((name) => found(scene, name));
    await scene.handlers['findings.act']({ ids, action: 'quarantine', ...acting });
    const [deleted = 0, damaged = 0, missing = 0] = ids;
    await scene.handlers['quarantine.delete']({
      ids: [scene.now(deleted).vault_id ?? ''],
      actor: 'user eve',
    });
    const vault = join(scene.dataDir, 'vault');
    function objectOf(id: number): string {
      const { vault_id: vaultId } = scene.now(id);
      return join(vault, readdirSync(vault).find((name) => name.startsWith(vaultId ?? '-')) ?? '-');
    }
    writeFileSync(objectOf(damaged), 'not an object');
    rmSync(objectOf(missing));
    const shown = await Promise.all(ids.map(explain));
    expect(shown.map(bytesOf)).toEqual([['bad'], ['bad'], ['bad']]);
    expect(shown.map(({ bytes_problem: problem }) => problem)).toEqual([
      expect.stringMatching(/no longer there/),
      expect.stringMatching(/^The quarantined file cannot be read: .*damaged/),
      expect.stringMatching(/^The quarantined file cannot be read: .*no longer there/),
    ]);
  });

  test('are not decrypted without end', async () => {
    await using scene = await CallsScene.open();
    const id = found(scene, 'far', [40 * 1024 * 1024]);
    await scene.handlers['findings.act']({ ids: [id], action: 'quarantine', ...acting });
    const shown = await explainer(scene)(id);
    expect(shown.bytes_problem).toBe('The match lies too far into a quarantined file to be shown.');
  });

  test('are not asked for where nothing says what matched', async () => {
    await using scene = await CallsScene.open();
    const id = found(scene, 'bad', []);
    rmSync(join(scene.files, 'bad'));
    expect(await explainer(scene)(id)).toMatchObject({ bytes_problem: '', detections: [{ matches: [] }] });
  });
});

describe('an explanation', () => {
  test('names who owns the file, and does not wait for ever to know it', async () => {
    await using scene = await CallsScene.open();
    const id = found(scene, 'bad');
    const owner = { name: 'tools', isUnchanged: true };
    const ownerOf = vi.fn<OwnerOf>(async () => owner);
    expect((await explainer(scene, { ownerOf })(id)).doubts).toContain(
      'The file belongs to the package tools of this system and is as the package has it.',
    );
    expect(ownerOf).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ path: scene.now(id).path, sha256: hashOf(content) }),
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const hanging = explainer(scene, { ownerOf: () => Promise.withResolvers<never>().promise })(id);
      await vi.advanceTimersByTimeAsync(5000);
      vi.useRealTimers();
      expect((await hanging).doubts).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is put together for two at a time, and once for all who wait for the same', async () => {
    await using scene = await CallsScene.open();
    const id = found(scene, 'bad');
    const others = Array.from({ length: 60 }, (_, index) => found(scene, `other-${index}`));
    const open = Promise.withResolvers<null>();
    const ownerOf = vi.fn<OwnerOf>(() => open.promise);
    const explain = explainer(scene, { ownerOf });
    const same = Array.from({ length: 100 }, () => explain(id));
    await vi.waitFor(() => expect(ownerOf).toHaveBeenCalledTimes(2));
    const answers = Promise.allSettled(others.map(explain));
    open.resolve(null);
    expect((await Promise.all(same)).length).toBe(100);
    const refused = (await answers).filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject(Array.from({ length: 11 }, () => ({ reason: { code: 'CALL_REFUSED' } })));
    expect(ownerOf).toHaveBeenCalledTimes(2 + 1 + 49);
  });
});
