// [api]: the HTTP interface of `vedette serve` and of the desktop app.
import { z } from 'zod';
import { amount, flag, kib, mib, setting, sizeBytes, text, texts, wholeNumber } from './setting.ts';

const live = { effect: 'live' } as const;
const restart = { effect: 'restart' } as const;

export const apiSchema = z.strictObject({
  enabled: setting(
    flag,
    false,
    'Offer the API from the desktop app too; `vedette serve` always does.',
    restart,
  ),
  listen: setting(
    text.regex(/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):\d{1,5}$/),
    '127.0.0.1:8477',
    'Where the API listens, and the pages of `vedette serve`: HOST:PORT.',
    restart,
  ),
  allow_remote: setting(
    flag,
    false,
    'Let listen be an address that other machines reach although there is no TLS: tokens and names of files can be read on the way.',
    restart,
  ),
  allowed_hosts: setting(
    texts,
    [],
    'Names, beside those of this machine on loopback and its addresses, by which clients may call the API.',
    restart,
  ),
  tls_certificate: setting(text, '', 'Certificate chain in a PEM file; with it the API speaks TLS.', restart),
  tls_key: setting(text, '', 'Key of the certificate in a PEM file.', restart),
  scan_folders: setting(
    texts,
    [],
    'Folders in which clients of the API may have files scanned, and restored; empty for the watched folders.',
    { ...live, paths: true },
  ),
  max_request_size: setting(
    sizeBytes.max(1024 * mib),
    10 * mib,
    'Largest body of a request; JSON may have less (docs/api.md).',
    {
      unit: 'bytes',
      ...restart,
    },
  ),
  enable_rate_limiting: setting(flag, true, 'Limit the requests of each client.', live),
  rate_limit_rpm: setting(wholeNumber(1, 1_000_000), 100, 'Requests of one client in a minute.', {
    unit: 'requests per minute',
    ...live,
  }),
  rate_limit_burst: setting(wholeNumber(0, 1_000_000), 20, 'Requests allowed on top in a burst.', {
    unit: 'requests',
    ...live,
  }),
  slow_request_threshold_seconds: setting(amount(0.001, 3600), 1, 'A slower request is counted and logged.', {
    unit: 'seconds',
    ...live,
  }),
  gzip_min_size: setting(wholeNumber(0, mib), kib, 'Smaller answers are not compressed.', {
    unit: 'bytes',
    ...restart,
  }),
  gzip_compression_level: setting(wholeNumber(1, 9), 6, 'From 1, fast, to 9, small.', {
    unit: 'level',
    ...restart,
  }),
});
