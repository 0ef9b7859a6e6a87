// One byte below, at and above every limit of size: exactly the documented verdict, and never more than was looked at.
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  clamdMarker,
  clamdMarkerSignature,
  cleanByClamd,
  kindOf,
  Scene,
  type Scanned,
} from '../helpers/faults/scene.ts';
import { socketOf, startClamd } from '../helpers/faults/marked-files.ts';
import { hasClamd, RealClamd } from '../helpers/real-clamd.ts';

const limit = 1_000_000;
const smallestStream = 200_000;
const sizes = { below: limit - 1, at: limit, above: limit + 1 };

/** Content that no engine knows and that does not compress to the same in every file. */
function filler(sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, `${sizeBytes} bytes of nothing. `);
}

function writeAround(scene: Scene): void {
  for (const [name, sizeBytes] of Object.entries(sizes)) scene.write(name, filler(sizeBytes));
}

function kinds(scanned: Scanned): Record<string, string> {
  return Object.fromEntries(Object.keys(sizes).map((name) => [name, kindOf(scanned.of(name))]));
}

describe('limits of size', () => {
  it('does not open a file over max_file_size', async () => {
    using scene = new Scene({ withRules: false });
    writeAround(scene);
    const scanned = await scene.scan({ settings: { max_file_size: limit } });
    expect(kinds(scanned)).toEqual({ below: 'clean', at: 'clean', above: 'partial/too_large' });
    expect(scanned.of('above')).toMatchObject({ sha256: null, engines: [], size_bytes: limit + 1 });
    expect(scanned.of('at').sha256).not.toBeNull();
    expect(scanned.exitCode).toBe(2);
  });

  it('says of a file over whole_file_size that YARA saw its beginning', async () => {
    using scene = new Scene();
    writeAround(scene);
    const scanned = await scene.scan({ settings: { whole_file_size: limit } });
    expect(kinds(scanned)).toEqual({ below: 'clean', at: 'clean', above: 'partial/yara_size_limit' });
  });

  it.skipIf(!hasClamd)('says of a file over clamd_max_file_size that clamd did not look at it', async () => {
    using scene = new Scene({ withRules: false });
    writeAround(scene);
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_file_size: limit } });
    expect(kinds(scanned)).toEqual({
      below: 'clean',
      at: 'clean',
      above: expect.stringMatching(/^partial\/(?:limits_exceeded|stream_limit)$/),
    });
    expect(scanned.of('above').engines).not.toContain('clamav');
  });

  it.skipIf(!hasClamd)('says of a file over clamd_max_scan_size that clamd stopped', async () => {
    using scene = new Scene({ withRules: false });
    writeAround(scene);
    const scanned = await scene.scan({ clamd: 'managed', settings: { clamd_max_scan_size: limit } });
    expect(kinds(scanned)).toEqual({ below: 'clean', at: 'clean', above: 'partial/limits_exceeded' });
  });

  it.skipIf(!hasClamd)(
    'finds what stands at the very end of the largest file that is looked at',
    async () => {
      using scene = new Scene({ withRules: false });
      const end = Buffer.from(clamdMarker);
      scene.write('at', Buffer.concat([filler(limit - end.length), end]));
      scene.write('above', Buffer.concat([filler(limit + 1 - end.length), end]));
      const settings = { clamd_max_file_size: limit, clamd_max_scan_size: limit };
      const scanned = await scene.scan({ clamd: 'managed', settings });
      expect(kindOf(scanned.of('at'))).toBe('infected');
      expect(kindOf(scanned.of('above'))).toMatch(/^partial\//);
    },
  );

  it.skipIf(!hasClamd)(
    'streams what is larger than its memory holds, and finds what is at the end',
    async () => {
      using scene = new Scene();
      scene.write('infected', Buffer.concat([filler(3_000_000), Buffer.from(clamdMarker)]));
      scene.write('plain', filler(3_000_001));
      await using clamd = await RealClamd.start({ database: { 'fault.ndb': clamdMarkerSignature() } });
      const scanned = await scene.scan({
        clamd: socketOf(clamd),
        settings: { whole_file_size: limit },
      });
      expect(kindOf(scanned.of('infected'))).toBe('infected');
      expect(scanned.of('plain')).toMatchObject({
        reason: 'yara_size_limit',
        engines: ['clamav', 'hash'],
      });
    },
  );

  it.skipIf(!hasClamd)('sends all of a small file, also when its memory holds less', async () => {
    using scene = new Scene();
    scene.write('infected', Buffer.concat([filler(1500), Buffer.from(clamdMarker)]));
    await using clamd = await startClamd();
    const settings = { whole_file_size: 1000 };
    const scanned = await scene.scan({ clamd: socketOf(clamd), settings, options: ['--no-yara'] });
    expect(kindOf(scanned.of('infected'))).toBe('infected');
  });

  it.skipIf(!hasClamd)('reads why a clamd with a smaller StreamMaxLength hung up', async () => {
    using scene = new Scene({ withRules: false });
    await using clamd = await RealClamd.start({ maxStreamBytes: smallestStream });
    const kindsByOver: Record<string, string> = {};
    for (const over of [-1, 0, 1, 5_000_000]) {
      const path = scene.write(`over ${over}`, filler(smallestStream + over));
      const { results } = await scene.scan({ clamd: socketOf(clamd), paths: [path] });
      kindsByOver[over] = results.map(kindOf).join();
    }
    expect(kindsByOver).toEqual({
      [-1]: 'clean',
      0: 'clean',
      1: 'partial/stream_limit',
      5_000_000: 'partial/stream_limit',
    });
  });

  it.skipIf(!hasClamd)('loses no small file to large ones that make clamd hang up', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 6; index += 1) {
      scene.write(`large-${index}`, filler(smallestStream + 5_000_000 + index));
    }
    for (let index = 0; index < 60; index += 1) {
      scene.write(`small-${index}`, index % 4 === 0 ? `${clamdMarker} ${index}` : `plain ${index}`);
    }
    await using clamd = await RealClamd.start({
      database: { 'fault.ndb': clamdMarkerSignature() },
      maxStreamBytes: smallestStream,
    });
    const scanned = await scene.scan({ clamd: socketOf(clamd) });
    const large = scanned.results.filter(({ path }) => basename(path).startsWith('large'));
    expect(cleanByClamd(large)).toEqual([]);
    expect(large.map(kindOf)).toEqual(Array.from({ length: 6 }, () => 'partial/stream_limit'));
    expect(scanned.summary).toMatchObject({ infected: 15, clean: 45 });
  });
});
