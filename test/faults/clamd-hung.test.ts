// A clamd that stops answering: what it did not answer for is never clean by it, and it is asked again when it goes on.
import { describe, expect, it, vi } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { calledCleanThoughBad, socketOf, startClamd, writeMarked } from '../helpers/faults/marked-files.ts';
import { cleanByClamd, kindOf, Scene } from '../helpers/faults/scene.ts';
import { hasClamd } from '../helpers/real-clamd.ts';

// At once: each waits for deadlines of its own, with a clamd of its own.
describe.skipIf(!hasClamd)('a clamd that stops', { concurrent: true }, () => {
  it('before the scan is reported, and the scan is done without it', async () => {
    using scene = new Scene();
    writeMarked(scene, 30);
    scene.write('found', eicar());
    await using clamd = await startClamd();
    clamd.signal('SIGSTOP');
    const scanned = await scene.scan({ clamd: socketOf(clamd) });
    expect(cleanByClamd(scanned.results)).toEqual([]);
    expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    expect(kindOf(scanned.of('found'))).toBe('infected');
    expect(scanned.summary).toMatchObject({ infected: 1, partial: 30 });
  });

  it('during the scan costs its deadline once, not once a file', async () => {
    using scene = new Scene({ withRules: false });
    writeMarked(scene, 1500);
    await using clamd = await startClamd();
    const scanned = await scene.scan({
      clamd: socketOf(clamd),
      maxWorkers: 2,
      settings: { scan_timeout_seconds: 10 },
      onResult: (_result, count) => {
        if (count === 1) clamd.signal('SIGSTOP');
      },
    });
    expect(scanned.results).toHaveLength(1500);
    expect(scanned.summary.partial + scanned.summary.unscannable).toBeGreaterThan(0);
    expect(calledCleanThoughBad(scanned.results)).toEqual([]);
    // Five seconds for an answer, five for the probe, and the rest without clamd: once a file would be minutes.
    expect(scanned.summary.duration_ms).toBeLessThan(60_000);
  });

  it('is asked again once it goes on, without a restart of Vedette', async () => {
    using scene = new Scene();
    writeMarked(scene, 20);
    await using clamd = await startClamd();
    await using antivirus = await startCore(scene, {
      clamd: clamd.address,
      scanTimeoutMs: 8000,
      cache: null,
    });
    clamd.signal('SIGSTOP');
    const during = await scanAll(antivirus, scene);
    expect(cleanByClamd(during)).toEqual([]);
    expect(during).toHaveLength(20);
    expect((await antivirus.engines())[0]).toMatchObject({ name: 'clamav', state: 'unavailable' });
    clamd.signal('SIGCONT');
    const complete = await vi.waitUntil(
      async () => {
        const results = await scanAll(antivirus, scene);
        expect(calledCleanThoughBad(results)).toEqual([]);
        return results.every(({ verdict }) => verdict === 'clean' || verdict === 'infected') && results;
      },
      { timeout: 40_000, interval: 500 },
    );
    expect(complete.filter(({ verdict }) => verdict === 'infected')).toHaveLength(4);
  });

  it('makes no file poison: it is clamd that hangs, not the file', async () => {
    using scene = new Scene();
    writeMarked(scene, 4);
    await using clamd = await startClamd();
    for (let run = 0; run < 3; run += 1) {
      await using antivirus = await startCore(scene, { clamd: clamd.address, scanTimeoutMs: 10_000 });
      clamd.signal('SIGSTOP');
      expect(cleanByClamd(await scanAll(antivirus, scene))).toEqual([]);
      clamd.signal('SIGCONT');
    }
    await using antivirus = await startCore(scene, { clamd: clamd.address });
    const kinds = (await scanAll(antivirus, scene)).map(kindOf).toSorted();
    expect(kinds).toEqual(['clean', 'clean', 'clean', 'infected']);
  });
});
