// Everybody who takes part in the scan benchmark, with what exactly is measured of each.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clamdLimits } from '../../src/core/antivirus-options.ts';
import { builtInRules } from '../../src/core/antivirus-options.ts';
import { openDataFolder } from '../../src/core/data-folder.ts';
import { startManagedClamd } from '../../src/core/engines/clamd/managed-clamd.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { settingsSchema, type Settings } from '../../src/shared/settings.ts';
import { clamscanArguments, yaraArguments } from '../helpers/reference-scanners.ts';
import { findProgram, runProgram } from '../helpers/run-program.ts';
import { clearCleanCache } from './clean-cache.ts';
import { forgetVerdicts, scanInProcess, type CpuSeconds } from './in-process-scan.ts';
import type { ScanCorpus } from './scan-corpus.ts';

export interface Sample {
  readonly seconds: number;
  readonly cpu?: CpuSeconds;
}

export interface Subject {
  readonly kind: 'in-process' | 'command' | 'clamdscan' | 'clamscan' | 'yara';
  readonly name: string;
  /** Its set of rules; null without YARA. */
  readonly rules: string | null;
  /** Makes it ready, measures, and leaves nothing running. */
  readonly measure: () => Promise<Sample>;
}

export interface Arena {
  readonly corpus: ScanCorpus;
  readonly signatureDir: string;
  /** Rule files and folders beside the built-in ones, by the name of their set. */
  readonly ruleSets: ReadonlyMap<string, readonly string[]>;
  /** Of the managed clamd that the in-process rows and clamdscan use, one after the other. */
  readonly dataDir: string;
  readonly commandDataDir: string;
  readonly signal: AbortSignal;
}

const command = fileURLToPath(new URL('../../bin/vedette', import.meta.url));
const timeoutMs = 1_800_000;
/** As the default scan timeout of 60 s gives it to the managed clamd. */
const maxScanSeconds = 50;
const limits = clamdLimits(settingsSchema.parse({}).scanning);

export function subjectsOf(arena: Arena): readonly Subject[] {
  const sets = [...arena.ruleSets.keys()];
  return [
    ...[null, ...sets].map((rules): Subject => ({
      kind: 'in-process',
      name: `Vedette: clamd + hash${rules === null ? '' : ` + YARA (${rules})`}`,
      rules,
      measure: () => scanInProcess(settingsOf(arena, rules), arena.dataDir, arena.corpus, arena.signal),
    })),
    ...[null, ...sets].map((rules): Subject => ({
      kind: 'command',
      name: `\`vedette scan\`${rules === null ? ' `--no-yara`' : ` (${rules})`}`,
      rules,
      measure: () => wholeCommand(arena, rules),
    })),
    {
      kind: 'clamdscan',
      name: '`clamdscan --multiscan --fdpass`',
      rules: null,
      measure: () => clamdscan(arena),
    },
    { kind: 'clamscan', name: '`clamscan -r`', rules: null, measure: () => clamscan(arena) },
    ...sets.map((rules): Subject => ({
      kind: 'yara',
      name: `\`yara -r -p 2\` (${rules})`,
      rules,
      measure: () => yara(arena, rules),
    })),
  ];
}

function settingsOf({ signatureDir, ruleSets }: Arena, rules: string | null): Settings {
  return settingsSchema.parse({
    scanning: {
      clamd: 'managed',
      signature_dir: signatureDir,
      enable_yara: rules !== null,
      rule_paths: ruleSets.get(rules ?? '') ?? [],
    },
  });
}

/** Start-up included: Node, the workers with their rules, and a clamd of its own. */
async function wholeCommand(arena: Arena, rules: string | null): Promise<Sample> {
  const rulePaths = arena.ruleSets.get(rules ?? '') ?? [];
  forgetVerdicts(arena.commandDataDir);
  return timed(arena, command, [
    'scan',
    '--quiet',
    '--allow-partial',
    `--data-dir=${arena.commandDataDir}`,
    '--clamd=managed',
    `--signature-dir=${arena.signatureDir}`,
    ...(rules === null ? ['--no-yara'] : rulePaths.flatMap((path) => ['--rules', path])),
    '--',
    arena.corpus.folder,
  ]);
}

async function clamdscan(arena: Arena): Promise<Sample> {
  const { dataDir, signatureDir, signal, corpus } = arena;
  openDataFolder(dataDir);
  const binary = required('clamd');
  await using _clamd = await startManagedClamd({
    binary,
    dataDir,
    signatureDir,
    limits,
    maxScanSeconds,
    signal,
    logger: silentLogger,
  });
  await clearCleanCache(dataDir, signal);
  return await timed(arena, required('clamdscan'), [
    `--config-file=${join(dataDir, 'clamd', 'clamd.conf')}`,
    '--multiscan',
    '--fdpass',
    '--quiet',
    '--no-summary',
    corpus.folder,
  ]);
}

async function clamscan(arena: Arena): Promise<Sample> {
  const database = join(arena.dataDir, 'clamd', 'database');
  const options = clamscanArguments({ database, limits, maxScanSeconds });
  return timed(arena, required('clamscan'), [...options, '--quiet', arena.corpus.folder]);
}

async function yara(arena: Arena, rules: string): Promise<Sample> {
  const ruleFiles = [builtInRules, ...(arena.ruleSets.get(rules) ?? [])].flatMap(ruleFilesIn);
  return timed(arena, required('yara'), [...yaraArguments(ruleFiles), arena.corpus.folder]);
}

async function timed(arena: Arena, program: string, args: readonly string[]): Promise<Sample> {
  const startedMs = performance.now();
  await runProgram(program, args, {
    timeoutMs,
    expected: [0, 1],
    signal: arena.signal,
    keepsOutput: false,
  });
  return { seconds: (performance.now() - startedMs) / 1000 };
}

function ruleFilesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).map((name) => join(path, name));
}

function required(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
