// The folder that our clamd loads: exactly the chosen signatures and our own.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildSignatureView, eicarText } from '../../../../../src/core/engines/clamd/signature-view.ts';

let folder: string;
let view: string;
let signatures: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-test-'));
  view = join(folder, 'view');
  signatures = join(folder, 'signatures');
  mkdirSync(signatures);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('buildSignatureView', () => {
  it('has our own signatures alone when there is no folder', () => {
    expect(buildSignatureView(view, null, 1000)).toBe(0);
    expect(readdirSync(view)).toEqual(['vedette-limits.cdb', 'vedette.ndb']);
    const hex = Buffer.from(eicarText(), 'latin1').toString('hex');
    expect(readFileSync(join(view, 'vedette.ndb'), 'utf8')).toBe(`Vedette.Test.EICAR:0:*:${hex}\n`);
    expect(hex).toHaveLength(136);
    expect(readFileSync(join(view, 'vedette-limits.cdb'), 'utf8')).toContain(':1001-4294967295:');
  });

  it('links signature files and nothing else', () => {
    writeFileSync(join(signatures, 'daily.cvd'), 'x');
    writeFileSync(join(signatures, 'freshclam.dat'), 'x');
    mkdirSync(join(signatures, 'folder.ndb'));
    symlinkSync('/nowhere/at/all', join(signatures, 'gone.hdb'));
    expect(buildSignatureView(view, signatures, 1000)).toBe(1);
    expect(readlinkSync(join(view, 'daily.cvd'))).toBe(join(signatures, 'daily.cvd'));
    expect(readdirSync(view)).toEqual(['daily.cvd', 'vedette-limits.cdb', 'vedette.ndb']);
  });

  it('follows a folder that changed, and drops what somebody else put in the view', () => {
    writeFileSync(join(signatures, 'daily.cvd'), 'x');
    buildSignatureView(view, signatures, 1000);
    rmSync(join(signatures, 'daily.cvd'));
    writeFileSync(join(signatures, 'daily.cld'), 'x');
    writeFileSync(join(view, 'foreign.fp'), 'x');
    symlinkSync(join(signatures, 'freshclam.dat'), join(view, 'other.ign2'));
    expect(buildSignatureView(view, signatures, 1000)).toBe(1);
    expect(readdirSync(view)).toEqual(['daily.cld', 'vedette-limits.cdb', 'vedette.ndb']);
    expect(buildSignatureView(view, null, 1000)).toBe(0);
    expect(readdirSync(view)).toEqual(['vedette-limits.cdb', 'vedette.ndb']);
  });

  it('does not let a file of the folder take the place of our own signature', () => {
    writeFileSync(join(signatures, 'vedette.ndb'), 'nonsense');
    buildSignatureView(view, signatures, 1000);
    expect(readFileSync(join(view, 'vedette.ndb'), 'utf8')).toContain('Vedette.Test.EICAR');
  });

  it('does not write our own signature again when it is there', () => {
    buildSignatureView(view, null, 1000);
    const before = statSync(join(view, 'vedette.ndb'), { bigint: true });
    buildSignatureView(view, null, 1000);
    expect(statSync(join(view, 'vedette.ndb'), { bigint: true }).ino).toBe(before.ino);
    writeFileSync(join(view, 'vedette.ndb'), 'cut off');
    buildSignatureView(view, null, 1000);
    expect(readFileSync(join(view, 'vedette.ndb'), 'utf8')).toContain('Vedette.Test.EICAR');
  });

  it('throws when the folder cannot be listed', () => {
    expect(() => buildSignatureView(view, join(folder, 'none'), 1000)).toThrow('ENOENT');
  });
});
