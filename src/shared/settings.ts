// The one schema of all settings: names, defaults, ranges, units and a line of explanation each.
import { z } from 'zod';

const mib = 1024 * 1024;

function setting<T extends z.ZodType>(
  schema: T,
  fallback: z.core.util.NoUndefined<z.output<T>>,
  explanation: string,
) {
  return schema.default(fallback).describe(explanation);
}

/** Which YARA-X: `auto` takes the native one where there is one. */
export const yaraBindingSchema = z.enum(['auto', 'native', 'wasm']);
export type YaraBindingChoice = z.infer<typeof yaraBindingSchema>;

const sizeBytes = z.number().int().positive();
const paths = z.array(z.string());

export const scanningSchema = z.strictObject({
  enable_clamav: setting(z.boolean(), true, 'Ask clamd about every file.'),
  enable_yara: setting(z.boolean(), true, 'Match YARA rules against every file.'),
  clamd: setting(z.string(), 'auto', 'Which clamd: auto, managed, none, the path of a socket, or HOST:PORT.'),
  signature_dir: setting(
    z.string(),
    '',
    'Signature database of the managed clamd; empty for the one of the system.',
  ),
  rule_paths: setting(paths, [], 'Further YARA rule files and folders.'),
  yara_binding: setting(
    yaraBindingSchema,
    'auto',
    'Which YARA-X: native where there is one, or WebAssembly.',
  ),
  known_bad_lists: setting(paths, [], 'Lists of SHA-256 hashes that are malicious.'),
  known_good_lists: setting(paths, [], 'Lists of SHA-256 hashes that need no engine.'),
  exclude: setting(paths, [], 'Glob patterns of files and folders that are left out.'),
  scan_timeout_seconds: setting(
    z.number().min(2).max(3600),
    60,
    'Longest time one file may take, in seconds.',
  ),
  max_file_size: setting(
    sizeBytes,
    2048 * mib,
    'A larger file is not opened; its verdict is partial. Bytes.',
  ),
  whole_file_size: setting(
    sizeBytes.max(256 * mib),
    128 * mib,
    'YARA sees the whole of a file up to this size, and this much of the start of a larger one. Bytes.',
  ),
  clamd_max_file_size: setting(
    sizeBytes.max(2047 * mib),
    512 * mib,
    'Largest file, or member of an archive, that the managed clamd looks at (MaxFileSize). Bytes.',
  ),
  clamd_max_scan_size: setting(
    sizeBytes,
    1024 * mib,
    'Most that the managed clamd unpacks from one file (MaxScanSize). Bytes.',
  ),
  clamd_max_recursion: setting(
    z.number().int().min(1).max(100),
    17,
    'Archives within archives that the managed clamd opens (MaxRecursion).',
  ),
  clamd_max_files: setting(
    z.number().int().min(1),
    10_000,
    'Members of one archive that the managed clamd looks at (MaxFiles).',
  ),
  worker_memory_limit: setting(
    sizeBytes.min(128 * mib),
    1024 * mib,
    'A scan worker that grows past this is replaced. Bytes.',
  ),
});

export const scalingSchema = z.strictObject({
  max_workers: setting(
    z.number().int().min(0).max(64),
    0,
    'Scan workers; 0 for as many as processors, from 2 to 8.',
  ),
});

export const settingsSchema = z.strictObject({
  config_version: setting(z.literal(1), 1, 'Version of this file.'),
  scanning: scanningSchema.prefault({}),
  scaling: scalingSchema.prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;
