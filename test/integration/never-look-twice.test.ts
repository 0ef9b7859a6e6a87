// What was looked at is not looked at again, and nothing that changed is taken for what it was: `vedette scan` on real files.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { identityOf } from '../../src/core/files/file-identity.ts';
import { eicar } from '../helpers/eicar.ts';
import { FakeClamd, properAnswer } from '../helpers/fake-clamd.ts';
import { startCore } from '../helpers/faults/core.ts';
import { kindOf, Scene } from '../helpers/faults/scene.ts';
import { scriptedVersion } from '../helpers/faults/scripted-clamd.ts';
import { zipOf } from '../helpers/archives.ts';
import { hasClamd } from '../helpers/real-clamd.ts';
import { factsOf, hashLine, rewriteUnnoticed, ruleFor, ScanHome, toldBy } from '../helpers/scan-home.ts';
import { canMount } from '../helpers/store-mount.ts';

const marker = 'vedette-marker-5c1e';
const otherMarker = 'vedette-marker-77aa';
/** EICAR is known by its hash; loading the rules takes longer than all else. */
const noRules = '--no-yara';

let home: ScanHome;
beforeEach(() => {
  home = new ScanHome();
  return () => home[Symbol.dispose]();
});

describe.runIf(process.platform === 'linux')('a second scan', () => {
  test('says the same of every file, in the same words, and starts no process for it', async () => {
    home.plant('plain', 'plain');
    home.plant('empty');
    home.plant('folder/found', eicar());
    home.plant('mild', `x ${marker}`);
    home.plant('na\nme \udcff\udce9', 'not UTF-8');
    const args = ['--rules', home.write('mild.yar', ruleFor(marker, 'low'))];
    const first = await home.scan(args);
    expect(first.told).toEqual({
      plain: 'clean',
      empty: 'clean',
      found: 'infected',
      mild: 'suspicious',
      'na\nme \udcff\udce9': 'clean',
    });
    expect(first.startedProcesses).toBe(true);
    const second = await home.scan(args);
    expect(factsOf(second.results)).toEqual(factsOf(first.results));
    expect(second.results.every(({ cached }) => cached)).toBe(true);
    expect(second.startedProcesses).toBe(false);
    expect(second.code).toBe(first.code);
    expect(second.summary).toMatchObject({
      ...first.summary,
      from_cache: 5,
      duration_ms: expect.any(Number),
      engines: first.summary.engines.map(({ name, state, version, signatures }) => {
        return { name, state, version, signatures };
      }),
    });
  });

  test('asks the engines again under --no-cache, which reads no verdict and leaves none', async () => {
    home.plant('plain', 'plain');
    home.plant('found', eicar());
    const told = { plain: 'clean', found: 'infected' };
    expect((await home.scan([noRules, '--no-cache'])).told).toEqual(told);
    const off = await home.scan([noRules], { env: { VEDETTE_PERFORMANCE_ENABLE_CACHE: 'false' } });
    expect([off.told, off.summary.from_cache]).toEqual([told, 0]);
    expect((await home.status()).cache).toMatchObject({ files: 0, contents: 0 });
    const first = await home.scan([noRules]);
    expect(first.told).toEqual(told);
    const again = await home.scan([noRules, '--no-cache']);
    expect([again.told, again.startedProcesses]).toEqual([told, true]);
    expect(factsOf(again.results)).toEqual(factsOf(first.results));
    expect((await home.scan([noRules])).told).toEqual({ plain: 'clean cached', found: 'infected cached' });
  });
});

describe('a file', () => {
  test('that was rewritten with as many bytes and its old times is scanned again', async () => {
    const path = home.plant('file', Buffer.alloc(eicar().length, 'x'));
    expect((await home.scan([noRules])).told).toEqual({ file: 'clean' });
    rewriteUnnoticed(path, eicar());
    expect((await home.scan([noRules])).told).toEqual({ file: 'infected' });
    rewriteUnnoticed(path, Buffer.alloc(eicar().length, 'y'));
    expect(await home.scan([noRules])).toMatchObject({ code: 0, told: { file: 'clean' } });
  });

  test('that was copied, moved or linked is known by its content, also without the first one', async () => {
    home.plant('original', 'original');
    home.plant('moved-from', 'moved');
    home.plant('linked', eicar());
    await home.scan([noRules]);
    copyFileSync(join(home.tree, 'original'), join(home.tree, 'copy'));
    renameSync(join(home.tree, 'moved-from'), join(home.tree, 'moved-to'));
    linkSync(join(home.tree, 'linked'), join(home.tree, 'link'));
    const second = {
      original: 'clean cached',
      copy: 'clean cached',
      'moved-to': 'clean cached',
      linked: 'infected cached',
      link: 'infected cached',
    };
    expect((await home.scan([noRules])).told).toEqual(second);
    const third = await home.scan([noRules]);
    expect([third.told, third.startedProcesses]).toEqual([second, false]);

    rmSync(join(home.tree, 'original'));
    rmSync(join(home.tree, 'link'));
    home.plant('late copy', 'original');
    expect((await home.scan([noRules])).told).toEqual({
      'late copy': 'clean cached',
      copy: 'clean cached',
      'moved-to': 'clean cached',
      linked: 'infected cached',
    });
  });

  test('that two scans at once look at is remembered by one of them at least', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `file-${index}`);
    for (const name of names) home.plant(name, name);
    home.plant('found', eicar());
    const expected = { ...Object.fromEntries(names.map((name) => [name, 'clean'])), found: 'infected' };
    const both = await Promise.all([home.scan([noRules]), home.scan([noRules])]);
    for (const { results, code } of both) {
      expect(toldBy(results.map((result) => ({ ...result, cached: false })))).toEqual(expected);
      expect(code).toBe(1);
    }
    expect((await home.scan([noRules])).summary.from_cache).toBe(301);
  });
});

describe.runIf(canMount())('a file on a file system whose clock ticks slowly', () => {
  test('that is rewritten within the tick in which it was scanned is scanned again', async (context) => {
    using scene = new Scene();
    // Times of kernels before 6.13, and of simple file systems since, are those of the last tick: from 1 to 10 ms old.
    execFileSync('mount', ['-t', 'ramfs', 'ramfs', scene.files]);
    using mounted = new DisposableStack();
    mounted.defer(() => execFileSync('umount', ['-l', scene.files]));
    await using antivirus = await startCore(scene);
    const told: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 300 && told.length < 5; attempt += 1) {
      const harmless = `${attempt}`.padStart(eicar().length);
      const request = { path: scene.write('file', harmless), priority: 'normal', origin: 'manual' } as const;
      const before = lstatSync(request.path, { bigint: true });
      const first = await antivirus.pipeline.scan(request);
      expect(first?.verdict.judgement.kind).toBe('clean');
      scene.write('file', eicar());
      if (identityOf(lstatSync(request.path, { bigint: true })) !== identityOf(before)) continue;
      const known = antivirus.pipeline.recall([request])[0] ?? (await antivirus.pipeline.scan(request));
      told.push(known?.verdict.judgement.kind);
    }
    // Where ticks are short no scan is quick enough.
    if (told.length === 0) context.skip();
    expect(new Set(told)).toEqual(new Set(['infected']));
  });
});

describe('a changed rule file', () => {
  test('counts at once, also when it looks as it did, and its earlier state is remembered', async () => {
    home.plant('file', `x ${marker}`);
    const rules = home.write('rules/own.yar', ruleFor(otherMarker));
    const args = ['--rules', join(rules, '..')];
    const first = await home.scan(args);
    expect(first.told).toEqual({ file: 'clean' });
    rewriteUnnoticed(rules, ruleFor(marker));
    const second = await home.scan(args);
    expect(second.told).toEqual({ file: 'infected' });
    expect(second.summary.generation).not.toBe(first.summary.generation);
    rewriteUnnoticed(rules, ruleFor(otherMarker));
    const third = await home.scan(args);
    expect(third.told).toEqual({ file: 'clean cached' });
    expect(third.summary.generation).toBe(first.summary.generation);
  });

  test('that is gone takes its findings with it: a false alarm is taken back', async () => {
    home.plant('file', `x ${marker}`);
    home.write('rules/own.yar', ruleFor(otherMarker));
    const wrong = home.write('rules/wrong.yar', ruleFor(marker));
    const args = ['--rules', join(home.path, 'rules')];
    expect(await home.scan(args)).toMatchObject({ code: 1, told: { file: 'infected' } });
    expect((await home.scan(args)).told).toEqual({ file: 'infected cached' });
    rmSync(wrong);
    expect(await home.scan(args)).toMatchObject({ code: 0, told: { file: 'clean' } });
    expect((await home.scan(args)).told).toEqual({ file: 'clean cached' });
  });
});

describe('a list of hashes', () => {
  test('known-good counts from the moment it is named, and no longer than it is', async () => {
    home.plant('ruled', `x ${marker}`);
    const rules = ['--rules', home.write('own.yar', ruleFor(marker))];
    const good = home.write('good.txt', hashLine(`x ${marker}`));
    expect((await home.scan(rules)).told).toEqual({ ruled: 'infected' });
    expect((await home.scan([...rules, '--known-good', good])).told).toEqual({ ruled: 'clean' });
    // Clean was the last word of the engines that were asked: nothing of it may be left without the list.
    expect((await home.scan(rules)).told['ruled']).toMatch(/^infected/);
    rewriteUnnoticed(good, hashLine(`y ${marker}`));
    expect((await home.scan([...rules, '--known-good', good])).told).toEqual({ ruled: 'infected' });
  });

  test('known-bad counts from the moment it is written, and is remembered as it was', async () => {
    home.plant('file', 'listed');
    const args = ['--no-yara', '--hash-list', home.write('bad.txt', hashLine('another'))];
    expect((await home.scan(args)).told).toEqual({ file: 'clean' });
    rewriteUnnoticed(join(home.path, 'bad.txt'), hashLine('listed'));
    expect((await home.scan(args)).told).toEqual({ file: 'infected' });
    rewriteUnnoticed(join(home.path, 'bad.txt'), hashLine('another'));
    expect((await home.scan(args)).told).toEqual({ file: 'clean cached' });
  });
});

describe('another option', () => {
  test('that decides verdicts leaves none of the others in force', async () => {
    home.plant('file', `x ${marker}`);
    const rules = ['--rules', home.write('own.yar', ruleFor(marker, 'low'))];
    expect((await home.scan(['--no-yara'])).told).toEqual({ file: 'clean' });
    expect((await home.scan(rules)).told).toEqual({ file: 'suspicious' });
    expect((await home.scan([...rules, '--max-file-size', '1M'])).told).toEqual({ file: 'suspicious' });
    expect(await home.scan([...rules, '--max-file-size', '2'])).toMatchObject({
      code: 2,
      told: { file: 'partial/too_large' },
    });
    expect((await home.scan(['--no-yara'])).told).toEqual({ file: 'clean cached' });
  });
});

describe('what was remembered', () => {
  test('is believed no longer than it may be, neither the file nor the verdict', async () => {
    home.plant('file', 'file');
    const tooShort = { VEDETTE_PERFORMANCE_CACHE_TTL_HOURS: '0.000001' };
    expect((await home.scan([noRules])).told).toEqual({ file: 'clean' });
    const expired = await home.scan([noRules], { env: { VEDETTE_CACHE_IDENTITY_TTL_HOURS: '0.000001' } });
    // Read again, and known by its content.
    expect([expired.told, expired.startedProcesses]).toEqual([{ file: 'clean cached' }, true]);
    expect((await home.scan([noRules], { env: tooShort })).told).toEqual({ file: 'clean' });
  });
});

const clamdOnly = ['vedette-marker', 'for-clamd-8f20'].join('-');
const otherOnly = ['vedette-marker', 'for-nobody31b7'].join('-');
const nowhere = '/nowhere/clamd.sock';

function signatureFor(text: string): string {
  return `Only.Clamd:0:*:${Buffer.from(text).toString('hex')}\n`;
}

async function clamdThatFinds(text: string): Promise<FakeClamd> {
  return FakeClamd.start({
    answer(request) {
      const { command, prefix, bytes } = request;
      if (command === 'VERSION') return `${prefix}${scriptedVersion}\0`;
      if (command === 'INSTREAM' && bytes.includes(text)) return `${prefix}stream: Only.Clamd FOUND\0`;
      return properAnswer(request);
    },
  });
}

describe('an engine that is asked for and cannot look', () => {
  test('is not made up for by verdicts of scans that did without clamd', async () => {
    home.plant('file', 'file');
    expect((await home.scan([noRules, '--clamd', 'none'])).told).toEqual({ file: 'clean' });
    expect(await home.scan([noRules, '--clamd', nowhere])).toMatchObject({
      code: 2,
      told: { file: 'partial/engine_unavailable' },
    });
  });

  test('is not made up for by verdicts of scans that did without YARA', async () => {
    home.plant('file', 'file');
    expect((await home.scan(['--no-yara'])).told).toEqual({ file: 'clean' });
    const broken = home.write(
      'broken.mjs',
      `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name === '@litko/yara-x') throw new Error('not for this platform');
        return next(name, context);
      } });`,
    );
    const args = ['--yara-binding', 'native'];
    const told = { code: 2, told: { file: 'partial/engine_unavailable' } };
    expect(await home.scan([...args, '--no-cache'], { preload: broken })).toMatchObject(told);
    expect(await home.scan(args, { preload: broken })).toMatchObject(told);
  });

  test('leaves nothing behind that a later scan could take for a verdict', async () => {
    home.plant('file', 'file');
    home.plant('found', eicar());
    const told = { file: 'partial/engine_unavailable', found: 'infected' };
    expect((await home.scan([noRules, '--clamd', nowhere])).told).toEqual(told);
    expect((await home.scan([noRules, '--clamd', nowhere])).told).toEqual(told);
    expect((await home.scan([noRules])).told).toEqual({ file: 'clean', found: 'infected' });
  });
});

describe.runIf(process.getuid?.() === 0)('a file that may not be read', () => {
  test('is remembered as nothing: whoever may read it finds what is in it', async () => {
    const nobody = 65_534;
    using scene = new Scene();
    chmodSync(scene.write('secret', eicar()), 0o600);
    chmodSync(scene.files, 0o755);
    for (const folder of [scene.folder, scene.dataDir]) chownSync(folder, nobody, nobody);
    const scanned = await scene.scan({ userId: nobody });
    expect([kindOf(scanned.of('secret')), scanned.exitCode]).toEqual(['unscannable/permission', 2]);
    // The same file and the same data folder, but another user.
    for (const folder of [scene.folder, scene.dataDir]) chownSync(folder, 0, 0);
    expect(kindOf((await scene.scan()).of('secret'))).toBe('infected');
  });
});

describe('what only clamd found', () => {
  test('stays while clamd is down, however long ago it was found', async () => {
    home.plant('bad', clamdOnly);
    const other = home.write('elsewhere/other', 'other');
    await using clamd = await clamdThatFinds(clamdOnly);
    expect(await home.scan([noRules, '--clamd', clamd.socketPath])).toMatchObject({
      code: 1,
      told: { bad: 'infected' },
    });
    const standing = { code: 1, told: { bad: 'infected cached' } };
    expect(await home.scan([noRules, '--clamd', nowhere])).toMatchObject(standing);
    // A day later, as a scan of something else sees it.
    const aDayLater = {
      VEDETTE_PERFORMANCE_CACHE_TTL_HOURS: '0.000001',
      VEDETTE_CACHE_IDENTITY_TTL_HOURS: '0.000001',
    };
    await home.scan([noRules, '--clamd', nowhere], { env: aDayLater, paths: [other] });
    expect(await home.scan([noRules, '--clamd', nowhere])).toMatchObject(standing);
  });
});

describe.runIf(hasClamd)('a changed folder of signatures', () => {
  test('counts at once, and what it found stays until clamd takes it back', async () => {
    const file = home.plant('file', clamdOnly);
    home.plant('empty');
    const signatures = home.write('signatures/own.ndb', signatureFor(otherOnly));
    const managed = ['--clamd', 'managed', '--signature-dir', join(signatures, '..')];
    const first = await home.scan(managed);
    expect(first.told).toEqual({ file: 'clean', empty: 'clean' });
    expect(first.results.find(({ path }) => path === file)?.engines).toEqual(['clamav', 'yara', 'hash']);
    const second = await home.scan(managed);
    expect([factsOf(second.results), second.startedProcesses]).toEqual([factsOf(first.results), false]);
    expect(second.summary.generation).toBe(first.summary.generation);

    rewriteUnnoticed(signatures, signatureFor(clamdOnly));
    expect(await home.scan(managed)).toMatchObject({ code: 1, told: { file: 'infected', empty: 'clean' } });
    const down = await home.scan(['--clamd', nowhere]);
    expect([down.code, down.told['file']]).toEqual([1, 'infected cached']);

    rewriteUnnoticed(signatures, signatureFor(otherOnly));
    expect(await home.scan(managed)).toMatchObject({ code: 0, told: { file: 'clean cached' } });
  });

  test('takes a false alarm back for good', async () => {
    home.plant('file', clamdOnly);
    const wrong = home.write('signatures/wrong.ndb', signatureFor(clamdOnly));
    home.write('signatures/own.ndb', signatureFor(otherOnly));
    const managed = [noRules, '--clamd', 'managed', '--signature-dir', join(wrong, '..')];
    expect((await home.scan(managed)).told).toEqual({ file: 'infected' });
    rmSync(wrong);
    expect(await home.scan(managed)).toMatchObject({ code: 0, told: { file: 'clean' } });
    expect(await home.scan([noRules, '--clamd', nowhere])).toMatchObject({
      code: 2,
      told: { file: 'partial/engine_unavailable' },
    });
  });

  test('does not make up for what was not looked at in full', async () => {
    home.plant('locked.zip', zipOf([{ name: 'a', bytes: Buffer.from('secret'), encrypted: true }]));
    home.plant('large', Buffer.alloc(5000, 'a'));
    home.plant('plain', 'plain');
    const signatures = home.write('signatures/own.ndb', signatureFor(otherOnly));
    const args = [
      noRules,
      '--clamd',
      'managed',
      '--signature-dir',
      join(signatures, '..'),
      '--max-file-size',
      '4K',
    ];
    const told = { 'locked.zip': 'partial/encrypted', large: 'partial/too_large' };
    expect(await home.scan(args)).toMatchObject({ code: 2, told: { ...told, plain: 'clean' } });
    expect(await home.scan(args)).toMatchObject({ code: 2, told: { ...told, plain: 'clean cached' } });
  });
});
