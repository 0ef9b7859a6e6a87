// What is on a mount that does not answer is watched where links lead, and is never looked at.
import { Buffer } from 'node:buffer';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WatchScope } from '../../../../src/core/guard/watch-scope.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('a folder that leads to a mount without an answer is told by its place there, and looked at once it has answered', async () => {
  using folder = temporaryFolder();
  const { path } = folder;
  const [near, mount, link] = [join(path, 'near'), join(path, 'mount'), join(path, 'link')];
  mkdirSync(near);
  mkdirSync(join(mount, 'real'), { recursive: true });
  // Whoever looks at it knows that it is a link.
  symlinkSync(join(mount, 'real'), join(mount, 'deep'));
  symlinkSync(join(mount, 'deep'), link);
  const answered = Promise.withResolvers<boolean>();
  const changed = Promise.withResolvers<void>();
  using scope = new WatchScope({
    settings: settingsSchema.parse({ watch: { folders: [near, link] } }),
    named: [],
    dataDir: join(path, 'data'),
    onChange: changed.resolve,
    mounts: {
      readTable: () => Buffer.from(`1 1 0:5 / ${mount} rw - nfs4 server rw\n`),
      probe: { answersInTime: () => answered.promise, [Symbol.dispose]() {} },
    },
  });
  expect([scope.folders, scope.watchSettings.stalled]).toEqual([[near, join(mount, 'deep')], [mount]]);
  expect(scope.surroundings.exists(join(link, 'not there'))).toBe(true);
  expect(scope.walkOptions.stalls?.(link)).toBe(true);
  answered.resolve(true);
  await changed.promise;
  expect([scope.folders, scope.watchSettings.stalled]).toEqual([[near, join(mount, 'real')], []]);
  expect(scope.surroundings.exists(join(link, 'not there'))).toBe(false);
  expect((await scope.walkOptionsFor([link])).stalls?.(link)).toBe(false);
});
