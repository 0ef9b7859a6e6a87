// Options of every command that scans: which engines look, with what, and at what.
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { yaraBindingSchema, type Settings } from '../shared/settings.ts';
import { parseSize } from './size.ts';

export const engineOptionsSchema = z.object({
  clamd: z.string().optional(),
  signatureDir: z.string().optional(),
  rules: z.array(z.string()).default([]),
  hashList: z.array(z.string()).default([]),
  knownGood: z.array(z.string()).default([]),
  yara: z.boolean(),
  yaraBinding: yaraBindingSchema.optional(),
  cache: z.boolean(),
  exclude: z.array(z.string()).default([]),
  maxFileSize: z.number().optional(),
});
export type EngineOptions = z.infer<typeof engineOptionsSchema>;

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(new Option('--clamd <which>', 'auto, managed, none, SOCKET or HOST:PORT (default: auto)'))
    .option('--signature-dir <dir>', 'database of the managed clamd')
    .option('--rules <path...>', 'further YARA rule files and folders')
    .option('--hash-list <file...>', 'lists of known-bad SHA-256 hashes')
    .option('--known-good <file...>', 'lists of SHA-256 hashes that need no engine')
    .option('--no-yara', 'do without YARA')
    .addOption(new Option('--yara-binding <which>', 'YARA-X to use').choices(yaraBindingSchema.options))
    .option('--no-cache', 'ask the engines about every file, also where the answer is known')
    .option('--exclude <glob...>', 'leave out files and folders')
    .addOption(
      new Option('--max-file-size <size>', 'do not open larger files (default: 2GiB)').argParser(parseSize),
    );
}

/** An option wins over the configuration; lists are added to those of the configuration. */
export function applyEngineOptions(settings: Settings, options: EngineOptions): Settings {
  const { scanning } = settings;
  return {
    ...settings,
    scanning: {
      ...scanning,
      clamd: options.clamd ?? scanning.clamd,
      enable_clamav: options.clamd === undefined ? scanning.enable_clamav : options.clamd !== 'none',
      signature_dir: options.signatureDir ?? scanning.signature_dir,
      enable_yara: scanning.enable_yara && options.yara,
      yara_binding: options.yaraBinding ?? scanning.yara_binding,
      rule_paths: [...scanning.rule_paths, ...options.rules],
      known_bad_lists: [...scanning.known_bad_lists, ...options.hashList],
      known_good_lists: [...scanning.known_good_lists, ...options.knownGood],
      exclude: [...scanning.exclude, ...options.exclude],
      max_file_size: options.maxFileSize ?? scanning.max_file_size,
    },
  };
}
