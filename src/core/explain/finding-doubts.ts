// What speaks for a false alarm; each sentence says where it is known from, and nothing is said that is not known.
import type { Finding } from '../../shared/finding.ts';
import type { EngineName } from '../../shared/verdict.ts';
import { isUnofficial } from './detection-meaning.ts';
import type { PackageOwner } from './package-owner.ts';

export interface DoubtSources {
  readonly finding: Finding;
  /** Engines that can look now. */
  readonly engines: readonly EngineName[];
  readonly owner: PackageOwner | null;
  /** Other places of the same content that are known. */
  readonly elsewhere: number;
}

const engineWords: Readonly<Record<EngineName, string>> = {
  clamav: 'ClamAV',
  yara: 'YARA-X',
  hash: 'the hash lists',
};
const manyPlaces = 5;

export function findingDoubts({ finding, engines, owner, elsewhere }: DoubtSources): readonly string[] {
  const { detections } = finding;
  const doubts: string[] = [];
  const found = new Set(detections.map(({ engine }) => engine));
  // A hash list names single files: that it is silent says nothing.
  const silent = engines.filter((engine) => engine !== 'hash' && !found.has(engine));
  if (!found.has('hash') && silent.length > 0) {
    const finder = [...found].map((engine) => engineWords[engine]).join(' and ');
    const others = silent.map((engine) => engineWords[engine]).join(' and ');
    // Whether they looked when it was found is not kept.
    const have = silent.length === 1 ? 'has' : 'have';
    doubts.push(`Only ${finder} has found something; ${others}, which can look now, ${have} not.`);
  }
  if (owner !== null) doubts.push(ownerDoubt(owner));
  if (detections.every(({ kind }) => kind === 'heuristic')) {
    doubts.push('Only a heuristic found something: no signature names this file.');
  }
  if (detections.every(({ kind }) => kind === 'pua')) {
    doubts.push('It is called potentially unwanted, not harmful: somebody may have installed it knowingly.');
  }
  if (finding.severity === 'low') doubts.push('Everything that was found is of low severity.');
  if (detections.every(({ name }) => isUnofficial(name))) {
    doubts.push('The signature is not from the ClamAV project; such databases are wrong more often.');
  }
  if (elsewhere >= manyPlaces) {
    doubts.push(
      `The same content is known in ${elsewhere} other places: many programs may bring it, or it copies itself.`,
    );
  }
  return doubts;
}

function ownerDoubt({ name, isUnchanged }: PackageOwner): string {
  if (isUnchanged === null) return `The file belongs to the package ${name} of this system.`;
  return isUnchanged
    ? `The file belongs to the package ${name} of this system and is as the package has it.`
    : `The file belongs to the package ${name} of this system, but was changed since it was installed.`;
}
