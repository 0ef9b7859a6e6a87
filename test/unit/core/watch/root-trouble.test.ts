// What a person reads when folders are not watched: how many, why, and the command that helps.
import { expect, test } from 'vitest';
import { describeTrouble, RootTroubles, type SystemLimits } from '../../../../src/core/watch/root-trouble.ts';

const limits: SystemLimits = { platform: 'linux', watches: 8192, instances: 128 };

function failure(code: string, path?: string): Error {
  return Object.assign(new Error('an error of the system'), { code }, path === undefined ? {} : { path });
}

function troubleOf(...errors: readonly Error[]) {
  const troubles = new RootTroubles();
  for (const error of errors) troubles.add(error);
  const worst = troubles.worst();
  if (worst === null) throw new Error('no trouble');
  return worst;
}

test('a limit of inotify is named with what is watched, the command, and how to keep it', () => {
  const trouble = troubleOf(failure('ENOSPC', '/root/a'), failure('ENOSPC', '/root/b'));
  expect(describeTrouble(trouble, 10, limits)).toEqual({
    cause:
      'Only 10 of 12 folders are watched: the system allows no more inotify watches (fs.inotify.max_user_watches is 8192).',
    remedy:
      'Run: sudo sysctl fs.inotify.max_user_watches=524288; to keep it: echo fs.inotify.max_user_watches=524288 | sudo tee -a /etc/sysctl.d/60-vedette.conf',
  });
});

test('the number in the command leaves room for as much again', () => {
  const { remedy } = describeTrouble(troubleOf(failure('ENOSPC', '/root/a')), 600_000, {
    ...limits,
    watches: 524_288,
  });
  expect(remedy).toContain('max_user_watches=2097152');
});

test('too many instances is another limit than too many watches', () => {
  const { cause, remedy } = describeTrouble(troubleOf(failure('EMFILE', '/root')), 0, limits);
  expect(cause).toContain('0 of 1 folders');
  expect(remedy).toContain('sysctl fs.inotify.max_user_instances=1024');
});

test('elsewhere than on Linux nobody is told to use sysctl', () => {
  const elsewhere = { platform: 'darwin', watches: null, instances: null } as const;
  const { remedy } = describeTrouble(troubleOf(failure('EMFILE', '/root')), 0, elsewhere);
  expect(remedy).not.toContain('sysctl');
});

test('a folder without permission is named so that its name can do no harm', () => {
  const trouble = troubleOf(failure('EACCES', '/root/a\n\u202eb'), failure('EACCES', '/root/c'));
  expect(describeTrouble(trouble, 3, limits).cause).toBe(
    'Only 3 of 5 folders are watched: there is no permission to read /root/a\\n\\u{202e}b and 1 other.',
  );
});

test('a limit is worse than a permission, and a folder counts once', () => {
  const trouble = troubleOf(
    failure('EACCES', '/root/a'),
    failure('ENOSPC', '/root/b'),
    failure('ENOSPC', '/root/b'),
  );
  expect(trouble).toMatchObject({ kind: 'watches', folders: 1, example: '/root/b' });
});

test('an error that names no folder is none of these', () => {
  const troubles = new RootTroubles();
  expect(troubles.add(failure('EIO'))).toBe(false);
  expect(troubles.worst()).toBeNull();
});
