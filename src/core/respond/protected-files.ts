// Which files are never moved without a person's second word: those of the operating system and of Vedette itself.
import { displayPath } from '../../shared/display-path.ts';
import { isWithin, spellPath } from './path-spelling.ts';
import { defaultWindowsFolders, systemPlaces, type WindowsFolders } from './system-places.ts';

export interface ProtectedFile {
  readonly kind: 'system' | 'own';
  /** One sentence for a person. */
  readonly why: string;
}

/** Real, absolute paths; a place that is not there is left out by whoever asks. */
export interface OwnPlaces {
  /** Folders with the program itself. */
  readonly program: readonly string[];
  /** What runs it: node, or the desktop app. */
  readonly executables: readonly string[];
  readonly dataFolder: string;
  readonly configurationFile: string | null;
  /** Folders with the signatures of clamd. */
  readonly clamdDatabases: readonly string[];
}

export interface ProtectedPlaces extends OwnPlaces {
  readonly platform: NodeJS.Platform;
  readonly windows?: WindowsFolders;
}

interface Place {
  readonly spelled: string;
  readonly why: string;
}

/** The places are spelled once: it is asked often. */
export class ProtectedFiles {
  readonly #platform: NodeJS.Platform;
  readonly #own: readonly Place[];
  readonly #system: readonly Place[];
  readonly #except: readonly string[];

  constructor(places: ProtectedPlaces) {
    const { platform, windows = defaultWindowsFolders } = places;
    const system = systemPlaces(platform, windows);
    this.#platform = platform;
    this.#own = ownPlaces(places).map(([path, what]) => ({
      spelled: spellPath(path, platform),
      why: `It belongs to Vedette itself (${what}).`,
    }));
    this.#system = system.places.map((path) => ({
      spelled: spellPath(path, platform),
      why: `It belongs to the operating system (${displayPath(path, platform === 'win32')}).`,
    }));
    this.#except = system.except.map((path) => spellPath(path, platform));
  }

  /** @param path real and absolute: a link that leads into a protected folder must have been resolved. */
  of(path: string): ProtectedFile | null {
    const spelled = spellPath(path, this.#platform);
    // First, because the program may be installed in a folder of the system.
    const own = this.#own.find((place) => isWithin(spelled, place.spelled));
    if (own !== undefined) return { kind: 'own', why: own.why };
    if (this.#except.some((folder) => isWithin(spelled, folder))) return null;
    const system = this.#system.find((place) => isWithin(spelled, place.spelled));
    return system === undefined ? null : { kind: 'system', why: system.why };
  }
}

function ownPlaces(places: OwnPlaces): readonly (readonly [path: string, what: string])[] {
  const { program, executables, dataFolder, configurationFile, clamdDatabases } = places;
  return [
    ...program.map((path) => [path, 'its program folder'] as const),
    ...executables.map((path) => [path, 'the program that runs it'] as const),
    [dataFolder, 'its data folder'],
    ...(configurationFile === null ? [] : [[configurationFile, 'its configuration file'] as const]),
    ...clamdDatabases.map((path) => [path, 'the signatures of ClamAV'] as const),
  ];
}
