// [scanning]: which engines look, with what, and how far.
import { z } from 'zod';
import { amount, flag, gib, mib, setting, sizeBytes, text, texts, wholeNumber } from './setting.ts';

/** Which YARA-X: `auto` takes the native one where there is one. */
export const yaraBindingSchema = z.enum(['auto', 'native', 'wasm']);
export type YaraBindingChoice = z.infer<typeof yaraBindingSchema>;

const restart = { effect: 'restart' } as const;
const paths = { ...restart, paths: true } as const;
const bytes = { unit: 'bytes', effect: 'restart' } as const;

export const scanningSchema = z.strictObject({
  enable_clamav: setting(flag, true, 'Ask clamd about every file.', restart),
  enable_yara: setting(flag, true, 'Match YARA rules against every file.', restart),
  clamd: setting(
    text,
    'auto',
    'Which clamd: auto, managed, none, the path of a socket, or HOST:PORT.',
    restart,
  ),
  signature_dir: setting(
    text,
    '',
    'Signature database of the managed clamd; empty for the one of the system.',
    restart,
  ),
  rule_paths: setting(texts, [], 'Further YARA rule files and folders.', paths),
  yara_binding: setting(
    yaraBindingSchema,
    'auto',
    'Which YARA-X: native where there is one, or WebAssembly.',
    restart,
  ),
  known_bad_lists: setting(texts, [], 'Lists of SHA-256 hashes that are malicious.', paths),
  known_good_lists: setting(texts, [], 'Lists of SHA-256 hashes that need no engine.', paths),
  exclude: setting(texts, [], 'Glob patterns of files and folders that are left out.', paths),
  scan_timeout_seconds: setting(amount(2, 3600), 60, 'Longest time one file may take.', {
    unit: 'seconds',
    effect: 'restart',
  }),
  max_file_size: setting(sizeBytes, 2 * gib, 'A larger file is not opened; its verdict is partial.', bytes),
  whole_file_size: setting(
    sizeBytes.max(256 * mib),
    128 * mib,
    'YARA sees the whole of a file up to this size, and this much of the start of a larger one.',
    bytes,
  ),
  clamd_max_file_size: setting(
    sizeBytes.max(2047 * mib),
    512 * mib,
    'Largest file, or member of an archive, that the managed clamd looks at (MaxFileSize).',
    bytes,
  ),
  clamd_max_scan_size: setting(
    sizeBytes,
    gib,
    'Most that the managed clamd unpacks from one file (MaxScanSize).',
    bytes,
  ),
  clamd_max_recursion: setting(
    wholeNumber(1, 100),
    17,
    'Archives within archives that the managed clamd opens (MaxRecursion).',
    { unit: 'levels', effect: 'restart' },
  ),
  clamd_max_files: setting(
    z.number().int().min(1),
    10_000,
    'Members of one archive that the managed clamd looks at (MaxFiles).',
    { unit: 'files', effect: 'restart' },
  ),
  max_queue_size: setting(
    wholeNumber(1000, 1_000_000),
    50_000,
    'Files that may wait for a worker; beyond that they are offered again later.',
    { unit: 'files', effect: 'restart' },
  ),
  schedules: setting(
    texts,
    [],
    'Scans that start by themselves: five cron fields, then quick, full or paths, such as "0 12 * * 1 full".',
    // They may hold paths, and cron fields hold commas.
    { effect: 'live', paths: true },
  ),
  missed_runs: setting(
    z.enum(['run', 'skip']),
    'run',
    'A scheduled scan that fell into a time when Vedette was off: run it once at the next start, or skip it.',
    { effect: 'live' },
  ),
});
