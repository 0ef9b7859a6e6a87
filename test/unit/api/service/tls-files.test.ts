import { once } from 'node:events';
import { chmodSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { TlsFiles, tlsPathsOf } from '../../../../src/api/service/tls-files.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { makeCertificate, type MadeCertificate } from '../../../helpers/certificate.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const dayMs = 86_400_000;
const first = makeCertificate();
const second = makeCertificate();

function filesOf({ cert, key }: MadeCertificate) {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const paths = { certificate: folder.write('cert.pem', cert), key: folder.write('key.pem', key) };
  chmodSync(paths.key, 0o600);
  return paths;
}

describe('certificate and key', () => {
  test('are both set, or neither', () => {
    expect(tlsPathsOf({ tls_certificate: '', tls_key: '' })).toBeNull();
    expect(tlsPathsOf({ tls_certificate: '/c', tls_key: '/k' })).toEqual({ certificate: '/c', key: '/k' });
    for (const [api, sentence] of [
      [{ tls_certificate: '/c', tls_key: '' }, /tls_certificate is set and tls_key is not/],
      [{ tls_certificate: '', tls_key: '/k' }, /tls_key is set and tls_certificate is not/],
    ] as const)
      expect(() => tlsPathsOf(api)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(sentence) }),
      );
  });

  test('are read as they are, also a chain, also through a link', () => {
    const paths = filesOf({ cert: first.cert + second.cert, key: first.key });
    symlinkSync(paths.certificate, `${paths.certificate}.link`);
    using files = new TlsFiles(
      { ...paths, certificate: `${paths.certificate}.link` },
      { logger: silentLogger },
    );
    expect(files.certificate).toEqual({
      cert: Buffer.from(first.cert + second.cert),
      key: Buffer.from(first.key),
    });
    expect(files.warnings).toEqual([]);
  });

  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey;

  test.each([
    ['no certificate', { ...first, cert: 'x' }, /cert\.pem: it holds no certificate in PEM form/],
    ['an empty certificate', { ...first, cert: '' }, /cert\.pem: it holds no certificate/],
    ['no key', { ...first, key: first.cert }, /key\.pem: it holds no private key in PEM form/],
    [
      'an encrypted key',
      { ...first, key: encrypted },
      /key\.pem: the key is encrypted; .* without a passphrase/,
    ],
    [
      'the key of another',
      { ...first, key: second.key },
      /key\.pem: it is not the key of the certificate .*cert\.pem/,
    ],
    [
      'a damaged chain',
      { ...first, cert: `${first.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` },
      /cert\.pem: a certificate in it is damaged/,
    ],
    ['a large file', { ...first, cert: first.cert + ' '.repeat(1_100_000) }, /larger than any certificate/],
  ])('are refused: %s', (_what, made, sentence) => {
    expect(() => new TlsFiles(filesOf(made), { logger: silentLogger })).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringMatching(sentence) }),
    );
  });

  test('are refused where they are not there, or are a folder', () => {
    const paths = filesOf(first);
    for (const [key, sentence] of [
      [join(paths.key, '..', 'none.pem'), /none\.pem: there is no such file/],
      [join(paths.key, '..'), /not a regular file/],
    ] as const)
      expect(() => new TlsFiles({ ...paths, key }, { logger: silentLogger })).toThrow(sentence);
  });

  test.skipIf(process.platform === 'win32').each([
    [0o600, 0],
    [0o640, 0],
    [0o644, 1],
    [0o620, 1],
  ])('are used with a key of mode %o, with %i warnings', (mode, warnings) => {
    const paths = filesOf(first);
    chmodSync(paths.key, mode);
    using files = new TlsFiles(paths, { logger: silentLogger });
    expect(files.warnings).toHaveLength(warnings);
    for (const warning of files.warnings) expect(warning).toContain(`run: chmod 600 '${paths.key}'`);
  });

  test.each([
    ['ran out on', -2, -1],
    ['does not count yet', 1, 2],
    ['runs out on', -1, 13],
  ])('are used, with a warning that it %s …', (sentence, fromDays, toDays) => {
    const made = makeCertificate({
      validFrom: new Date(Date.now() + fromDays * dayMs),
      validTo: new Date(Date.now() + toDays * dayMs),
    });
    using files = new TlsFiles(filesOf(made), { logger: silentLogger });
    expect(files.warnings).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('a renewed certificate', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  test('counts within a minute, once both files fit', () => {
    const paths = filesOf(first);
    const logger = { ...silentLogger, info: vi.fn<() => void>(), warn: vi.fn<() => void>() };
    const renew = vi.fn<() => void>();
    using files = new TlsFiles(paths, { logger });
    files.follow(renew);
    vi.advanceTimersByTime(180_000);
    expect(renew).not.toHaveBeenCalled();
    writeFileSync(paths.certificate, second.cert);
    vi.advanceTimersByTime(180_000);
    expect([renew.mock.calls.length, logger.warn.mock.calls.length]).toEqual([0, 1]);
    expect(files.certificate.cert).toEqual(Buffer.from(first.cert));
    writeFileSync(`${paths.key}.new`, second.key, { mode: 0o600 });
    renameSync(`${paths.key}.new`, paths.key);
    vi.advanceTimersByTime(60_000);
    const renewed = { cert: Buffer.from(second.cert), key: Buffer.from(second.key) };
    expect(renew.mock.calls).toEqual([[renewed]]);
    expect(files.certificate).toEqual(renewed);
    expect(logger.info).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(600_000);
    expect(renew).toHaveBeenCalledOnce();
  });

  test('that the server does not take is tried again, and ends nothing', () => {
    const paths = filesOf(first);
    using files = new TlsFiles(paths, { logger: silentLogger });
    const renew = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new RangeError('no');
    });
    files.follow(renew);
    writeFileSync(paths.certificate, second.cert);
    writeFileSync(paths.key, second.key);
    vi.advanceTimersByTime(60_000);
    expect(files.certificate.cert).toEqual(Buffer.from(first.cert));
    vi.advanceTimersByTime(60_000);
    expect(renew).toHaveBeenCalledTimes(2);
    expect(files.certificate.cert).toEqual(Buffer.from(second.cert));
  });

  test('is what new connections of a real server get', async () => {
    const paths = filesOf(first);
    using files = new TlsFiles(paths, { logger: silentLogger });
    await using server = createServer({ ...files.certificate }, (_request, response) => response.end('ok'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    files.follow((certificate) => server.setSecureContext({ ...certificate }));
    expect(await statusWith(server.address(), first.cert)).toBe(200);
    writeFileSync(paths.certificate, second.cert);
    writeFileSync(paths.key, second.key);
    vi.advanceTimersByTime(60_000);
    expect(await statusWith(server.address(), second.cert)).toBe(200);
    await expect(statusWith(server.address(), first.cert)).rejects.toThrow(/certificate/);
  });

  test('is not looked for any more behind the end', () => {
    const paths = filesOf(first);
    const renew = vi.fn<() => void>();
    {
      using files = new TlsFiles(paths, { logger: silentLogger });
      files.follow(renew);
    }
    writeFileSync(paths.certificate, second.cert);
    writeFileSync(paths.key, second.key);
    vi.advanceTimersByTime(120_000);
    expect([renew.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

async function statusWith(address: unknown, ca: string): Promise<number | undefined> {
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new TypeError('no port');
  const request = get({ host: '127.0.0.1', port: Number(address.port), ca, agent: false });
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'close');
  return response.statusCode;
}
