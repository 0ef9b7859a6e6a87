// Files that vanish, grow or are exchanged while they are scanned: an answer about other bytes is never given.
import { appendFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eicar } from '../helpers/eicar.ts';
import { kindOf, Scene } from '../helpers/faults/scene.ts';
import { startScriptedClamd } from '../helpers/faults/scripted-clamd.ts';
import { properAnswer } from '../helpers/fake-clamd.ts';

describe('files that change while clamd looks at them', () => {
  it('calls a deleted file vanished, and goes on', async () => {
    using scene = new Scene({ withRules: false });
    const victim = scene.write('victim', 'to be deleted');
    scene.write('other', 'stays');
    await using clamd = await startScriptedClamd((request) => {
      if (request.bytes.includes('to be deleted')) rmSync(victim);
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(kindOf(scanned.of('victim'))).toBe('unscannable/vanished');
    expect(kindOf(scanned.of('other'))).toBe('clean');
    expect(scanned.summary.files).toBe(2);
  });

  it('still reports what was found in a file that is gone by then', async () => {
    using scene = new Scene({ withRules: false });
    const victim = scene.write('victim', eicar());
    await using clamd = await startScriptedClamd((request) => {
      rmSync(victim);
      return properAnswer(request);
    });
    expect(kindOf((await scene.scan({ clamd: clamd.socketPath })).of('victim'))).toBe('infected');
  });

  it('counts files that vanish between their listing and their opening', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 60; index += 1) scene.write(`file-${index}`, `content ${index}`);
    let isFirst = true;
    await using clamd = await startScriptedClamd((request) => {
      if (isFirst) for (let index = 0; index < 60; index += 1) rmSync(join(scene.files, `file-${index}`));
      isFirst = false;
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(scanned.results.map(kindOf)).toEqual(Array.from({ length: 60 }, () => 'unscannable/vanished'));
    expect(scanned.exitCode).toBe(2);
  });

  it('scans a file again that was written to, and judges what is in it at the end', async () => {
    using scene = new Scene({ withRules: false });
    const victim = scene.write('victim', 'harmless so far');
    let asked = 0;
    await using clamd = await startScriptedClamd((request) => {
      asked += 1;
      if (asked === 1) appendFileSync(victim, ' and then a virus');
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(kindOf(scanned.of('victim'))).toBe('infected');
    expect(asked).toBe(2);
  });

  it('sees a rewrite of the same size with the old times put back', async () => {
    using scene = new Scene({ withRules: false });
    const harmless = Buffer.alloc(eicar().length, 'x');
    const victim = scene.write('victim', harmless);
    let asked = 0;
    await using clamd = await startScriptedClamd((request) => {
      asked += 1;
      if (asked === 1) rewriteUnnoticed(victim, eicar());
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(kindOf(scanned.of('victim'))).toBe('infected');
    expect(asked).toBe(2);
  });

  it('detects such a rewrite in the next scan', async () => {
    using scene = new Scene({ withRules: false });
    const victim = scene.write('victim', Buffer.alloc(eicar().length, 'x'));
    expect(kindOf((await scene.scan()).of('victim'))).toBe('clean');
    rewriteUnnoticed(victim, eicar());
    expect(kindOf((await scene.scan()).of('victim'))).toBe('infected');
  });

  it('calls a file unstable that changes during each of three scans', async () => {
    using scene = new Scene({ withRules: false });
    const victim = scene.write('victim', 'grows');
    scene.write('other', 'stays');
    let asked = 0;
    await using clamd = await startScriptedClamd((request) => {
      if (request.bytes.includes('grows')) {
        asked += 1;
        appendFileSync(victim, ' and grows');
      }
      return properAnswer(request);
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(scanned.of('victim')).toMatchObject({
      verdict: 'partial',
      reason: 'unstable',
      engines: [],
      sha256: null,
    });
    expect(kindOf(scanned.of('other'))).toBe('clean');
    expect(asked).toBe(3);
  });

  it('calls a file unstable that shrinks while it is streamed', async () => {
    using scene = new Scene({ withRules: false });
    let sizeBytes = 8_000_000;
    const victim = scene.write('victim', Buffer.alloc(sizeBytes, 'large '));
    await using clamd = await startScriptedClamd(() => 'stream: OK\0', {
      onConnection(socket) {
        socket.on('data', (chunk: Buffer) => {
          // Bytes of the file, of which there are more to come: a question is shorter.
          if (chunk.length < 1000) return;
          sizeBytes -= 1;
          truncateSync(victim, sizeBytes);
        });
        return false;
      },
    });
    const scanned = await scene.scan({
      clamd: clamd.socketPath,
      settings: { whole_file_size: 1_000_000 },
    });
    expect(kindOf(scanned.of('victim'))).toBe('partial/unstable');
  });
});

function rewriteUnnoticed(path: string, content: Buffer): void {
  const { atime, mtime, size } = statSync(path);
  expect(size).toBe(content.length);
  writeFileSync(path, content);
  utimesSync(path, atime, mtime);
}
