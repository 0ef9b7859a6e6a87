// Archives that hide, swell or lie: the scan ends, the rest flows on, and what was not looked at is not called clean.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import {
  buildTar,
  buildTarGz,
  encrypted7z,
  nestedZip,
  overlappingZip,
  wideZip,
} from '../helpers/faults/archives.ts';
import { kindOf, Scene } from '../helpers/faults/scene.ts';
import { hasClamd } from '../helpers/real-clamd.ts';
import { buildZip } from '../unit/core/engines/build-zip.ts';

const megabyte = 1_000_000;

describe.skipIf(!hasClamd)('archives', () => {
  it('ends with every kind of zip bomb and calls each of them partial', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('nested.zip', nestedZip(eicar(), 40));
    scene.write('wide.zip', wideZip(5 * megabyte, 10));
    scene.write('overlapping.zip', overlappingZip(20 * megabyte, 300));
    scene.write('ratio.zip', buildZip([{ name: 'zeros', content: Buffer.alloc(100 * megabyte) }]));
    for (let index = 0; index < 50; index += 1) scene.write(`other-${index}`, `other ${index}`);
    scene.write('found', eicar());
    const scanned = await scene.scan({
      clamd: 'managed',
      settings: {
        clamd_max_file_size: 10 * megabyte,
        clamd_max_scan_size: 30 * megabyte,
        scan_timeout_seconds: 30,
      },
    });
    const bombs = ['nested', 'wide', 'overlapping', 'ratio'].map((name) => kindOf(scanned.of(`${name}.zip`)));
    for (const kind of bombs) expect(kind).toMatch(/^partial\/limits_/);
    expect(scanned.of('found').verdict).toBe('infected');
    expect(scanned.summary).toMatchObject({ clean: 50, infected: 1, partial: 4, unscannable: 0 });
  });

  it('calls a zip of 10,000 members and one more than clamd opens partial, and one of fewer clean', async () => {
    using scene = new Scene({ withRules: false });
    for (const count of [100, 101, 10_000]) {
      const members = Array.from({ length: count }, (_, index) => ({
        name: `${index}`,
        content: Buffer.from(`${index}`),
      }));
      scene.write(`${count}.zip`, buildZip(members));
    }
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_files: 101 } });
    expect(kindOf(scanned.of('100.zip'))).toBe('clean');
    expect(kindOf(scanned.of('101.zip'))).toMatch(/^clean$|^partial\/limits_exceeded$/);
    expect(kindOf(scanned.of('10000.zip'))).toBe('partial/limits_exceeded');
  });

  const hidden = Buffer.concat([Buffer.alloc(2 * megabyte), eicar()]);
  const large = buildZip([{ name: 'large', content: hidden }]);

  it('never calls a zip clean that hides EICAR in a member over the limit of clamd', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('truthful.zip', large);
    scene.write('streamed.zip', buildZip([{ name: 'large', content: hidden, streamed: true }]));
    scene.write('lying.zip', buildZip([{ name: 'large', content: hidden, told: { uncompressed: 10 } }]));
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_file_size: megabyte } });
    expect(kindOf(scanned.of('truthful.zip'))).toBe('partial/limits_exceeded');
    expect(kindOf(scanned.of('streamed.zip'))).toBe('partial/limits_exceeded');
    expect(kindOf(scanned.of('lying.zip'))).toMatch(/^(?:infected|partial\/limits_(?:unknown|exceeded))$/);
  });

  it.each([
    ['a zip', 'outer.zip', nestedZip(large, 1)],
    ['a gzip', 'outer.gz', gzipSync(large)],
    ['a tar', 'outer.tar', buildTar([{ name: 'inner.zip', content: large }])],
  ])('never calls %s clean that holds a zip with such a member', async (_what, name, content) => {
    using scene = new Scene({ withRules: false });
    scene.write(name, content);
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_file_size: megabyte } });
    expect(kindOf(scanned.of(name))).toBe('partial/limits_exceeded');
  });

  it('calls what is encrypted partial', async () => {
    using scene = new Scene({ withRules: false });
    const secret = { name: 'secret', content: Buffer.from('0123456789ab0123456789ab'), stored: true };
    scene.write('zip-crypto.zip', buildZip([{ ...secret, flags: 1 }, { name: 'open' }]));
    scene.write('aes.zip', buildZip([{ ...secret, flags: 1, method: 99 }]));
    scene.write(
      'word.docx',
      buildZip([{ name: '[Content_Types].xml' }, { ...secret, name: 'word/document.xml', flags: 1 }]),
    );
    scene.write('encrypted.7z', encrypted7z());
    const scanned = await scene.scan({ clamd: 'managed' });
    const kinds = Object.fromEntries(
      scanned.results.map((result) => [result.path.split('/').at(-1), kindOf(result)]),
    );
    expect(kinds).toEqual({
      'zip-crypto.zip': 'partial/encrypted',
      'aes.zip': 'partial/encrypted',
      'word.docx': 'partial/encrypted',
      'encrypted.7z': 'partial/encrypted',
    });
  });

  it('still reports a finding in the open part of an encrypted zip', async () => {
    using scene = new Scene({ withRules: false });
    const secret = {
      name: 'secret',
      content: Buffer.from('0123456789ab0123456789ab'),
      stored: true,
      flags: 1,
    };
    scene.write('mixed.zip', buildZip([secret, { name: 'open', content: eicar() }]));
    expect(kindOf((await scene.scan({ clamd: 'managed' })).of('mixed.zip'))).toBe('infected');
  });

  it('calls an archive partial that hides EICAR behind more than clamd unpacks', async () => {
    using scene = new Scene({ withRules: false });
    const padding = Array.from({ length: 6 }, (_, index) => ({
      name: `padding-${index}`,
      content: Buffer.alloc(megabyte, `${index} `),
    }));
    const members = [...padding, { name: 'hidden', content: eicar() }];
    scene.write('behind.tar.gz', buildTarGz(members));
    scene.write('behind.zip', buildZip(members));
    scene.write('behind.gz', gzipSync(Buffer.concat([Buffer.alloc(6 * megabyte), eicar()])));
    const within = [{ name: 'hidden', content: eicar() }];
    scene.write('found.tar.gz', buildTarGz(within));
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_scan_size: 3 * megabyte } });
    for (const name of ['behind.tar.gz', 'behind.zip', 'behind.gz']) {
      expect(`${name} ${kindOf(scanned.of(name))}`).toBe(`${name} partial/limits_exceeded`);
    }
    expect(scanned.of('found.tar.gz').verdict).toBe('infected');
  });
});
