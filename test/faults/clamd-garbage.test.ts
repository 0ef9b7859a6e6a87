// Whatever a clamd sends that is not exactly one well-formed answer to this file: never clean, never half believed.
import { Buffer } from 'node:buffer';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Antivirus } from '../../src/core/antivirus.ts';
import { scanAll, startCore } from '../helpers/faults/core.ts';
import { cleanByClamd, kindOf, Scene } from '../helpers/faults/scene.ts';
import { startScriptedClamd } from '../helpers/faults/scripted-clamd.ts';
import { properAnswer, type FakeAnswer, type FakeClamd } from '../helpers/fake-clamd.ts';

const megabyte = 1024 * 1024;

const broken: readonly (readonly [string, FakeAnswer])[] = [
  ['words that mean nothing', () => 'hello there\0'],
  ['an answer without its number', () => 'stream: OK\0'],
  ['an answer to a request that was not made', () => '99: stream: OK\0'],
  ['an answer about another name', ({ prefix }) => `${prefix}/etc/passwd: OK\0`],
  ['an empty record', () => '\0'],
  ['a number and nothing more', ({ prefix }) => `${prefix}\0`],
  ['a finding without a name', ({ prefix }) => `${prefix}stream: (null) FOUND\0`],
  ['two answers in one record', ({ prefix }) => `${prefix}stream: ERROR\n${prefix}stream: OK\0`],
  ['two records', ({ prefix }) => `${prefix}stream: OK\0${prefix}stream: OK\0`],
  ['an answer with bytes after it', ({ prefix }) => `${prefix}stream: OK\0x`],
  [
    'bytes that are not UTF-8',
    ({ prefix }) => Buffer.concat([Buffer.from(`${prefix}stream: `), Buffer.of(0xff, 0xfe, 0)]),
  ],
  ['10 MB without an end', () => Buffer.alloc(10 * megabyte, 'x')],
  [
    '10 MB that end in OK',
    ({ prefix }) =>
      Buffer.concat([
        Buffer.from(`${prefix}stream: `),
        Buffer.alloc(10 * megabyte, 'x'),
        Buffer.from(' OK\0'),
      ]),
  ],
  ['that it waited too long', () => 'COMMAND READ TIMED OUT\0'],
  ['that it waited too long, numbered', ({ prefix }) => `${prefix}COMMAND READ TIMED OUT\0`],
  ['that it has no memory', ({ prefix }) => `${prefix}stream: Can't allocate memory ERROR\0`],
  ['an HTTP error', () => 'HTTP/1.1 400 Bad Request\r\n\r\n\0'],
];

describe.skipIf(process.platform === 'win32')('a clamd that talks nonsense', () => {
  // One after the other in one Vedette: a command for each would only load the engines once more.
  describe('is not believed', () => {
    const scene = new Scene();
    let answerNow: FakeAnswer = properAnswer;
    let clamd: FakeClamd;
    let antivirus: Antivirus;
    beforeAll(async () => {
      clamd = await startScriptedClamd((request) => answerNow(request));
      antivirus = await startCore(scene, { clamd: clamd.address });
    });
    afterAll(async () => {
      await antivirus[Symbol.asyncDispose]();
      await clamd[Symbol.asyncDispose]();
      scene[Symbol.dispose]();
    });

    it.each(broken)('%s', async (_what, answer) => {
      answerNow = answer;
      const path = scene.write('file', 'content');
      using _file = new DisposableStack();
      _file.defer(() => rmSync(path));
      const results = await scanAll(antivirus, scene);
      expect(cleanByClamd(results)).toEqual([]);
      expect(results.map(kindOf)).toEqual(['unscannable/protocol_error']);
      expect(results[0]?.detail?.length).toBeLessThan(500);
    });
  });

  it('is not believed when its answer breaks off before the end', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('file', 'content');
    await using clamd = await startScriptedClamd(({ prefix, socket }) => {
      socket.end(`${prefix}stream: OK`);
      return null;
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(cleanByClamd(scanned.results)).toEqual([]);
    expect(kindOf(scanned.of('file'))).toBe('unscannable/protocol_error');
    expect(scanned.exitCode).toBe(2);
  });

  it('is not believed when it says OK before it had the file', async () => {
    using scene = new Scene({ withRules: false });
    scene.write('file', Buffer.alloc(4 * megabyte, 'content '));
    await using clamd = await startScriptedClamd(properAnswer, {
      onConnection(socket, connection) {
        if (connection <= 2) return false;
        socket.once('data', () => socket.write('1: stream: OK\0'));
        return true;
      },
    });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(cleanByClamd(scanned.results)).toEqual([]);
    expect(kindOf(scanned.of('file'))).toBe('unscannable/protocol_error');
  });

  it('is understood when its answers come a byte at a time', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 20; index += 1)
      scene.write(`file-${index}`, index === 7 ? 'virus' : `plain ${index}`);
    await using clamd = await startScriptedClamd(properAnswer, { splitsBytes: true });
    const scanned = await scene.scan({ clamd: clamd.socketPath });
    expect(scanned.summary).toMatchObject({ clean: 19, infected: 1, partial: 0, unscannable: 0 });
    expect(kindOf(scanned.of('file-7'))).toBe('infected');
  });

  it('costs no other file its verdict: each is asked about again or told that clamd failed', async () => {
    using scene = new Scene({ withRules: false });
    for (let index = 0; index < 60; index += 1)
      scene.write(`file-${index}`, index % 10 === 3 ? `virus ${index}` : `plain ${index}`);
    await using clamd = await startScriptedClamd((request) =>
      request.bytes.toString() === 'plain 30' ? 'garbage\0' : properAnswer(request),
    );
    const scanned = await scene.scan({ clamd: clamd.socketPath, maxWorkers: 2 });
    expect(scanned.summary.files).toBe(60);
    expect(kindOf(scanned.of('file-30'))).toBe('unscannable/protocol_error');
    for (const result of cleanByClamd(scanned.results)) expect(result.path).not.toMatch(/3$/);
  });
});
