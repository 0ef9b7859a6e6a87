import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { desktopCalls, type DesktopPorts } from '../../../src/main/desktop-calls.ts';
import { linkNames } from '../../../src/shared/page-calls.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function scene(over: Partial<DesktopPorts> = {}) {
  const temporary = temporaryFolder();
  onTestFinished(() => temporary[Symbol.dispose]());
  const issued: string[] = [];
  const shown: string[] = [];
  const ports: DesktopPorts = {
    pick: async () => ['/a', '/b'],
    saveAs: async () => '/home/a/out.zip',
    showInFolder: (path) => void shown.push(path),
    openLink: async () => {},
    findingPath: async () => null,
    issue: (paths) => void issued.push(...paths),
    exportFolder: temporary.path,
    settingsFile: temporary.write('settings.toml'),
    ...over,
  };
  return { calls: desktopCalls(ports), issued, shown, temporary };
}

describe('what a page asks of the desktop', () => {
  test('chosen paths are issued to the page', async () => {
    const { calls, issued } = scene();
    expect(await calls['desktop.pick']({ what: 'folders' })).toEqual({ paths: ['/a', '/b'] });
    expect(await calls['desktop.save-as']({ name: 'x', what: 'zip' })).toEqual({ path: '/home/a/out.zip' });
    expect(issued).toEqual(['/a', '/b', '/home/a/out.zip']);
  });

  test('a dialog that was left issues nothing', async () => {
    const { calls, issued } = scene({ pick: async () => [], saveAs: async () => null });
    expect(await calls['desktop.pick']({ what: 'files' })).toEqual({ paths: [] });
    expect(await calls['desktop.save-as']({ name: 'x', what: 'zip' })).toEqual({ path: null });
    expect(issued).toEqual([]);
  });

  test.each([
    ['quarantine.zip', 'quarantine.zip'],
    ['quarantine', 'quarantine.zip'],
    ['../../etc/cron.d/x', 'x.zip'],
    ['..\\..\\x.exe', 'x.exe.zip'],
    ['a\nb', 'a\\nb.zip'],
  ])('%j is suggested as %j: only a name, with its ending', async (name, suggested) => {
    const saveAs = vi.fn<DesktopPorts['saveAs']>(async () => null);
    await scene({ saveAs }).calls['desktop.save-as']({ name, what: 'zip' });
    expect(saveAs.mock.calls).toEqual([[suggested, 'zip']]);
  });

  test('known places are shown, a finding by its number', async () => {
    const { calls, shown, temporary } = scene({ findingPath: async () => temporary.write('found') });
    await calls['desktop.reveal']({ kind: 'exports' });
    await calls['desktop.reveal']({ kind: 'settings' });
    await calls['desktop.reveal']({ kind: 'finding', id: 5 });
    const { path } = temporary;
    expect(shown).toEqual([path, join(path, 'settings.toml'), join(path, 'found')]);
  });

  test('what is not there, not known or has no name in UTF-8 is not shown', async () => {
    const { calls, shown } = scene();
    await expect(calls['desktop.reveal']({ kind: 'finding', id: 5 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const path of ['/no/such/file', '/a\u{dcff}']) {
      const { calls: others } = scene({ findingPath: async () => path });
      await expect(others['desktop.reveal']({ kind: 'finding', id: 5 })).rejects.toMatchObject({
        code: 'CALL_REFUSED',
      });
    }
    expect(shown).toEqual([]);
  });

  test.each(linkNames)('the link %s leads to a fixed address', async (link) => {
    const openLink = vi.fn<DesktopPorts['openLink']>(async () => {});
    await scene({ openLink }).calls['desktop.open-link']({ link });
    expect(openLink.mock.calls).toEqual([[expect.stringMatching(/^https:\/\/[a-z.-]+\//)]]);
  });
});
