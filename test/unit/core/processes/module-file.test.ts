import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { moduleFile, outsideArchive } from '../../../../src/core/processes/module-file.ts';

describe.runIf(process.platform !== 'win32')('the file of a module', () => {
  test.each([
    ['/app/src/core/a.ts', '/app/src/workers/scan-worker.ts'],
    ['/app/out/core/a.js', '/app/out/workers/scan-worker.js'],
    ['/odd # folder/50%/caf\u00E9?/core/a.js', '/odd # folder/50%/caf\u00E9?/workers/scan-worker.js'],
  ])('lies beside %s with its ending', (asker, file) => {
    expect(moduleFile('../workers/scan-worker', pathToFileURL(asker).href)).toBe(file);
  });

  test('does not depend on what a tool puts behind the address', () => {
    expect(moduleFile('./b', 'file:///app/src/a.ts?v=1.2')).toBe('/app/src/b.ts');
  });
});

describe('what lies outside of the archive', () => {
  test.each([
    ['/opt/Vedette/resources/app.asar/assets/rules', '/opt/Vedette/resources/app.asar.unpacked/assets/rules'],
    [
      'C:\\Program Files\\Vedette\\resources\\app.asar\\assets\\rules',
      'C:\\Program Files\\Vedette\\resources\\app.asar.unpacked\\assets\\rules',
    ],
    ['/srv/vedette/assets/rules', '/srv/vedette/assets/rules'],
    ['/opt/app.asar.unpacked/assets', '/opt/app.asar.unpacked/assets'],
    ['/home/eve/my-app.asar/assets', '/home/eve/my-app.asar/assets'],
    ['/opt/resources/app.asar', '/opt/resources/app.asar'],
  ])('%s is %s', (path, outside) => {
    expect(outsideArchive(path)).toBe(outside);
  });
});
