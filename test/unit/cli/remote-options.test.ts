import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportNameFor, pathFor, remoteServiceOf, sameVedette } from '../../../src/cli/remote-options.ts';
import { unknownVariables } from '../../../src/core/config/variables.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const plain = { allowPlainHttp: false };
const here = { ...plain, remote: 'http://127.0.0.1:8477' };
const there = { ...plain, remote: 'https://scanner' };

describe('which service is asked', () => {
  test('is none without an address, whatever else is set', () => {
    expect(remoteServiceOf(plain, {})).toBeNull();
    expect(remoteServiceOf(plain, { VEDETTE_REMOTE: '', VEDETTE_TOKEN: 'vdt_something' })).toBeNull();
    expect(remoteServiceOf({ ...plain, remote: '' }, { VEDETTE_REMOTE: 'https://scanner' })).toBeNull();
    expect(() => remoteServiceOf({ ...plain, tokenFile: 'token' }, {})).toThrow('--remote');
  });

  test('is said by the option before the variable', () => {
    const env = { VEDETTE_REMOTE: 'https://other', VEDETTE_TOKEN: 'vdt_something' };
    expect(remoteServiceOf(plain, env)?.url.shown).toBe('https://other');
    expect(remoteServiceOf(there, env)).toMatchObject({
      url: { shown: 'https://scanner' },
      token: 'vdt_something',
    });
  });
});

test('the variables are none that a configuration wonders about', () => {
  expect(unknownVariables({ VEDETTE_REMOTE: 'https://scanner', VEDETTE_TOKEN: 'x' })).toEqual([]);
});

describe('the token', () => {
  test('comes from the file before the variable, and on this machine from its owner', () => {
    using folder = temporaryFolder();
    const tokenFile = folder.write('token', 'vdt_of-a-file\n');
    const env = { VEDETTE_TOKEN: 'vdt_of-a-variable' };
    expect(remoteServiceOf({ ...there, tokenFile }, env)?.token).toBe('vdt_of-a-file');
    expect(remoteServiceOf(here, env)?.token).toBe('vdt_of-a-variable');
    folder.write('api/owner.token', 'vdt_of-the-owner\n');
    expect(remoteServiceOf({ ...here, dataDir: folder.path }, {})?.token).toBe('vdt_of-the-owner');
    // The token of this machine is for nobody else.
    expect(() => remoteServiceOf({ ...there, dataDir: folder.path }, {})).toThrow('a token is needed');
  });

  test('that is missing is told with what to do', () => {
    using folder = temporaryFolder();
    expect(() => remoteServiceOf({ ...here, dataDir: folder.path }, {})).toThrow('vedette serve');
    const tokenFile = join(folder.path, 'none');
    expect(() => remoteServiceOf({ ...there, tokenFile }, {})).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });

  test.each(['', 'two\nlines-of-it', 'short', 'with space', 'x'.repeat(2000), 'café-café'])(
    'is not %j, and what was there is not repeated',
    (text) => {
      using folder = temporaryFolder();
      const tokenFile = folder.write('token', text);
      expect(() => remoteServiceOf({ ...there, tokenFile }, {})).toThrow(/holds no token: one line/);
    },
  );
});

describe('a path', () => {
  test('is made absolute here, and must be so there', () => {
    expect(pathFor(plain, 'a', {})).toBe(join(process.cwd(), 'a'));
    expect(pathFor(there, '/srv/../a', {})).toBe('/srv/../a');
    expect(pathFor(there, String.raw`C:\srv`, {})).toBe(String.raw`C:\srv`);
    expect(() => pathFor(there, 'srv', {})).toThrow('write the whole path');
    expect(() => pathFor(plain, 'srv', { VEDETTE_REMOTE: 'https://scanner' })).toThrow('https://scanner');
  });

  test('typed next goes to the same Vedette', () => {
    expect([plain, { ...there, remote: '' }].map(sameVedette)).toEqual(['', '']);
    expect(sameVedette(there)).toBe(` --remote ${there.remote}`);
  });

  test('of an export is a bare name there', () => {
    expect(exportNameFor(plain, 'a/b.zip', {})).toBe(join(process.cwd(), 'a/b.zip'));
    expect(exportNameFor(there, 'b.zip', {})).toBe('b.zip');
    for (const file of ['a/b.zip', '/b.zip', String.raw`a\b.zip`, '..', '.', '']) {
      expect(() => exportNameFor(there, file, {})).toThrow('without folders');
    }
  });
});
