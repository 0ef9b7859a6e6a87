// What is seen from outside of all that decides a verdict: when it is the same, engines come up as they did before.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocatedClamd } from './engines/clamd/find-clamd.ts';
import { engineInputs } from './engines/engine-inputs.ts';
import type { EngineRoomOptions } from './engine-room.ts';

/** Where the packages of YARA-X are, wherever a package manager has put them; another version may match otherwise. */
const yaraPackages = ['@litko/yara-x', '@virustotal/yara-x'].flatMap((name) => {
  try {
    return [dirname(fileURLToPath(import.meta.resolve(name)))];
  } catch {
    return [];
  }
});

/** null: it cannot be told beforehand how the engines will come up. */
export function inputsOf(options: EngineRoomOptions, located: LocatedClamd): string | null {
  const rules = rulesOf(options);
  if (rules === null || (located.kind === 'unavailable' && !located.isAbsent)) return null;
  const { signatureDir, limits, maxScanSeconds } = options.clamd;
  const files = located.kind === 'startable' ? [located.binary, located.signatureDir] : [];
  const whichClamd =
    located.kind === 'found'
      ? [located.target, located.fingerprint, located.isCertain, located.settings]
      : [located.kind, signatureDir ?? null, limits, maxScanSeconds];
  return engineInputs(files, [options.decisive, whichClamd, rules]);
}

/** Of what scan workers load: rules, hash lists, and the engine that reads them. */
export function rulesOf({ workers: { yara, hashLists } }: EngineRoomOptions): string | null {
  const files = [...(yara?.rulePaths ?? []), ...hashLists.knownBad, ...hashLists.knownGood];
  return engineInputs([...files, ...yaraPackages], [yara, hashLists, process.version]);
}
