import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StrikeList } from '../../../../src/core/pool/strike-list.ts';
import { anyFile } from '../../../helpers/fake-worker.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('a strike list', () => {
  test('calls a file poison at its third strike, also after a restart', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'deeper', 'strikes.json');
    const { identity } = anyFile('/a');
    const list = new StrikeList(file, () => 'generation');
    const poison = [1, 2, 3].map(() => {
      list.add(identity, 1);
      return new StrikeList(file, () => 'generation').isPoison(identity);
    });
    expect(poison).toEqual([false, false, true]);
    expect(list.isPoison(anyFile('/a').identity)).toBe(false);
  });

  test('starts afresh with other signatures', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'strikes.json');
    const { identity } = anyFile('/a');
    new StrikeList(file, () => 'old').add(identity, 3);
    expect(new StrikeList(file, () => 'old').isPoison(identity)).toBe(true);
    expect(new StrikeList(file, () => 'new').isPoison(identity)).toBe(false);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"version":2,"generation":"g","strikes":{}}',
    '{"version":1,"generation":"g","strikes":{"x":-1}}',
    '\0',
  ])('that cannot be read is empty, and can be written again: %j', (content) => {
    using folder = temporaryFolder();
    const file = folder.write('strikes.json', content);
    const { identity } = anyFile('/a');
    const list = new StrikeList(file, () => 'g');
    expect(list.isPoison(identity)).toBe(false);
    list.add(identity, 3);
    expect(new StrikeList(file, () => 'g').isPoison(identity)).toBe(true);
  });

  test('counts a strike that it cannot write', () => {
    using folder = temporaryFolder();
    const list = new StrikeList(join(folder.write('no-folder'), 'strikes.json'), () => 'g');
    const { identity } = anyFile('/a');
    expect(() => list.add(identity, 3)).toThrow(/EEXIST|ENOTDIR/);
    expect(list.isPoison(identity)).toBe(true);
  });

  test('is bounded, forgets the oldest first, and is for its owner only', () => {
    using folder = temporaryFolder();
    const strikes = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`old:${index}`, 3]));
    const file = folder.write('strikes.json', JSON.stringify({ version: 1, generation: 'g', strikes }));
    new StrikeList(file, () => 'g').add(anyFile('/a').identity, 3);
    const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(written).toMatchObject({ strikes: { 'old:1': 3, 'old:9999': 3 } });
    expect(written).not.toHaveProperty(['strikes', 'old:0']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
