import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusedSwitches } from '../../../src/main/startup-switches.ts';

const configuration = readFileSync(join(import.meta.dirname, '../../../electron-builder.yml'), 'utf8');

describe('electron-builder.yml', () => {
  test('has an AppImage started without the switch that electron-builder adds by itself and the app refuses', () => {
    expect(refusedSwitches(['--no-sandbox'], { isPackaged: true, platform: 'linux' })).toEqual([
      '--no-sandbox',
    ]);
    expect(configuration).toMatch(/^appImage:\n {2}executableArgs: \[\]$/m);
  });
});
