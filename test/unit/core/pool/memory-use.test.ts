import { describe, expect, test } from 'vitest';
import { groupMemoryBytes, memoryPercent, readMemoryFigures } from '../../../../src/core/pool/memory-use.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const machine = { totalBytes: 1000, availableBytes: 600, constrainedBytes: 0, groupBytes: null };

describe('memory in use', () => {
  test.each([
    { name: 'of a machine', figures: machine, percent: 40 },
    {
      name: 'of a group that is fuller than its machine',
      figures: { ...machine, constrainedBytes: 200, groupBytes: 190 },
      percent: 95,
    },
    {
      name: 'of a machine that is fuller than the group',
      figures: { ...machine, constrainedBytes: 200, groupBytes: 20 },
      percent: 40,
    },
    {
      name: 'of a group without a limit, for which the largest number stands',
      figures: { ...machine, constrainedBytes: 2 ** 64, groupBytes: 900 },
      percent: 40,
    },
    {
      name: 'of a group that does not tell',
      figures: { ...machine, constrainedBytes: 200, groupBytes: null },
      percent: 40,
    },
    {
      name: 'of a group over its limit',
      figures: { ...machine, constrainedBytes: 200, groupBytes: 300 },
      percent: 100,
    },
    { name: 'of a machine without memory', figures: { ...machine, totalBytes: 0 }, percent: 0 },
  ])('$name: $percent %', ({ figures, percent }) => {
    expect(memoryPercent(figures)).toBe(percent);
  });

  test('of this machine is told', () => {
    const percent = memoryPercent(readMemoryFigures());
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThan(100);
  });
});

describe('memory of a control group', () => {
  const stat = 'anon 100\nfile 900\ninactive_file 800\nactive_file 100\n';

  test('is what it has without the file pages that go first', () => {
    using folder = temporaryFolder();
    folder.write('root/user.slice/vedette/memory.current', '1000\n');
    folder.write('root/user.slice/vedette/memory.stat', stat);
    const own = folder.write('cgroup', '9:name=systemd:/\n0::/user.slice/vedette\n');
    expect(groupMemoryBytes(own, `${folder.path}/root`)).toBe(200);
  });

  test('inside a container is that of the root', () => {
    using folder = temporaryFolder();
    folder.write('root/memory.current', '1000\n');
    const own = folder.write('cgroup', '0::/docker/0123\n');
    expect(groupMemoryBytes(own, `${folder.path}/root`)).toBe(1000);
  });

  test('is not told where there is none of the second version', () => {
    using folder = temporaryFolder();
    expect(groupMemoryBytes(`${folder.path}/missing`, folder.path)).toBeNull();
    const own = folder.write('cgroup', '4:memory:/group\n');
    expect(groupMemoryBytes(own, folder.path)).toBeNull();
    expect(groupMemoryBytes(folder.write('other', '0::/\n'), folder.path)).toBeNull();
  });
});
