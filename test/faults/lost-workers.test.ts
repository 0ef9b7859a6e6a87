// Scan workers that die, hang, grow or talk nonsense: one file at most pays for it, and it pays once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import type { StartWorkerProcess } from '../../src/core/pool/worker-protocol.ts';
import { eicar } from '../helpers/eicar.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { cleanByClamd, kindOf, Scene, vedette } from '../helpers/faults/scene.ts';
import { isAlive, until } from '../helpers/processes.ts';
import { startScriptedClamd } from '../helpers/faults/scripted-clamd.ts';
import { properAnswer } from '../helpers/fake-clamd.ts';
import type { ScanResult } from '../../src/shared/scan-report.ts';

const entry = fileURLToPath(new URL('../helpers/faults/crashing-worker.ts', import.meta.url));

function countingStarter(): { readonly start: StartWorkerProcess; readonly count: () => number } {
  const start = childProcessStarter(entry);
  let count = 0;
  return {
    start: () => {
      count += 1;
      return start();
    },
    count: () => count,
  };
}

function kindsByName(results: readonly ScanResult[]): Record<string, string> {
  return Object.fromEntries(results.map((result) => [result.path.split('/').at(-1) ?? '', kindOf(result)]));
}

describe.skipIf(process.platform !== 'linux')('scan workers', () => {
  it('are replaced when they are killed in the middle of a scan, and no file is lost or blamed', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 60; index += 1)
      scene.write(`file-${index}`, index === 41 ? 'virus' : `plain ${index}`);
    let command = 0;
    let hasKilled = false;
    await using clamd = await startScriptedClamd((request) => {
      if (!hasKilled) for (const pid of childrenOf(command)) process.kill(pid, 'SIGKILL');
      hasKilled = true;
      return properAnswer(request);
    });
    const scanned = await scene.scan({
      clamd: clamd.socketPath,
      maxWorkers: 2,
      onStart: (pid) => {
        command = pid;
      },
    });
    expect(hasKilled).toBe(true);
    expect(scanned.summary).toMatchObject({ files: 60, clean: 59, infected: 1, unscannable: 0 });
    expect(kindOf(scanned.of('file-41'))).toBe('infected');
    expect(cleanByClamd(scanned.results)).toHaveLength(59);
  });

  it('end when the core is killed, also in the middle of a match that never ends', async () => {
    using scene = new Scene();
    scene.write('bad', 'endless');
    const rules = join(scene.folder, 'endless.yar');
    writeFileSync(
      rules,
      'rule endless { strings: $a = "endless" condition: $a and for all i in (0..9223372036854775806) : (uint8(i % 7) >= 0) }',
    );
    const core = spawn(
      vedette,
      ['scan', '--clamd=none', `--data-dir=${scene.dataDir}`, scene.files, '--rules', rules],
      { stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: scene.folder } },
    );
    const pid = core.pid ?? 0;
    const busySeconds = 2;
    await until(() => childrenOf(pid).some((child) => cpuSecondsOf(child) > busySeconds), 40_000);
    const workers = childrenOf(pid);
    const gone = once(core, 'exit');
    core.kill('SIGKILL');
    await gone;
    await until(() => !workers.some(isAlive));
    expect(workers).not.toEqual([]);
  });

  it('blame the one file that ends them, at once, in a later run and never in a loop', async () => {
    using scene = new Scene();
    for (let index = 0; index < 40; index += 1) scene.write(`file-${index}`, `plain ${index}`);
    scene.write('bad.crash', 'ends its worker');
    scene.write('found', eicar());
    const first = countingStarter();
    {
      await using antivirus = await startCore(scene, { startWorker: first.start });
      const results = await scanAll(antivirus, scene);
      expect(results).toHaveLength(42);
      expect(kindsByName(results)).toMatchObject({ 'bad.crash': 'unscannable/poison', found: 'infected' });
      expect(results.filter(({ verdict }) => verdict === 'clean')).toHaveLength(40);
    }
    // Two to begin with, and at most two more for the two tries of that file.
    expect(first.count()).toBeLessThanOrEqual(4);
    const second = countingStarter();
    await using antivirus = await startCore(scene, { startWorker: second.start });
    const results = await scanAll(antivirus, scene);
    expect(kindsByName(results)['bad.crash']).toBe('unscannable/poison');
    expect(second.count()).toBe(2);
  });

  it('are ended when they hang, and the file is said to take too long', async () => {
    using scene = new Scene();
    for (let index = 0; index < 20; index += 1) scene.write(`file-${index}`, `plain ${index}`);
    scene.write('bad.hang', 'never ends');
    const starter = countingStarter();
    await using antivirus = await startCore(scene, { startWorker: starter.start, scanTimeoutMs: 4000 });
    const results = await scanAll(antivirus, scene);
    expect(kindsByName(results)['bad.hang']).toBe('unscannable/timeout');
    expect(results.filter(({ verdict }) => verdict === 'clean')).toHaveLength(20);
    expect(kindsByName(await scanAll(antivirus, scene))['bad.hang']).toBe('unscannable/poison');
    expect(starter.count()).toBeLessThanOrEqual(4);
  });

  it('are replaced when they grow past their limit', async () => {
    using scene = new Scene();
    for (let index = 0; index < 20; index += 1) scene.write(`file-${index}`, `plain ${index}`);
    scene.write('bad.grow', 'takes all memory');
    const starter = countingStarter();
    await using antivirus = await startCore(scene, {
      startWorker: starter.start,
      workerMemoryLimitBytes: 400 * 1024 * 1024,
    });
    const results = await scanAll(antivirus, scene);
    expect(kindsByName(results)['bad.grow']).toBe('unscannable/poison');
    expect(results.filter(({ verdict }) => verdict === 'clean')).toHaveLength(20);
  });

  it('are not believed when they answer for files they were not given', async () => {
    using scene = new Scene();
    for (let index = 0; index < 20; index += 1) scene.write(`file-${index}`, `plain ${index}`);
    scene.write('bad.nonsense', 'x');
    await using antivirus = await startCore(scene, { startWorker: childProcessStarter(entry) });
    const results = await scanAll(antivirus, scene);
    expect(kindsByName(results)['bad.nonsense']).toBe('unscannable/poison');
    expect(results.filter(({ verdict }) => verdict === 'clean')).toHaveLength(20);
  });
});

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
