// What scanning costs, by folder or by type, as rows that can be left out for a while.
import type { Costs, Exclusion } from '../../../shared/page-documents.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { formatPercent } from '../../format/numbers.ts';
import { formatSeconds } from '../../format/durations.ts';
import { performanceMessages } from '../../messages/performance.ts';

export const leaveOutSeconds = 7 * 86_400;

export interface CostRow {
  readonly key: string;
  /** Of a folder. */
  readonly path: string | null;
  /** Safe to show. */
  readonly name: string;
  readonly seconds: number;
  readonly share: number;
  readonly scans: number;
  readonly bytes: number;
  /** A glob for `exclusions.add`; null where none would mean just this. */
  readonly pattern: string | null;
  readonly whyNot: string;
  /** It is left out already. */
  readonly exclusion: Exclusion | null;
}

type CostFigures = Pick<CostRow, 'seconds' | 'share' | 'scans' | 'bytes'>;

const { costs: words } = performanceMessages;

export function folderRows(
  { folders }: Costs,
  exclusions: readonly Exclusion[],
  platform: string,
): readonly CostRow[] {
  return folders.map((cost) => {
    const { path } = cost;
    const bare = path.replace(/[\\/]+$/, '');
    const isRoot = bare === '' || /^[a-z]:$/iu.test(bare);
    const isLiteral = !hasGlobMeaning(bare, platform);
    const pattern = isRoot || !isLiteral ? null : `${bare}/**`;
    return {
      ...figuresOf(cost),
      key: path,
      path,
      name: displayPath(path, platform === 'win32'),
      pattern,
      whyNot: isRoot ? words.rootPattern : isLiteral ? '' : words.patternLike,
      exclusion: exclusionFor(pattern, exclusions),
    };
  });
}

export function typeRows({ types }: Costs, exclusions: readonly Exclusion[]): readonly CostRow[] {
  return types.map((cost) => {
    const { extension } = cost;
    const isLiteral = !hasGlobMeaning(extension, 'linux');
    const pattern = extension === '' || !isLiteral ? null : `**/*${extension}`;
    return {
      ...figuresOf(cost),
      key: extension,
      path: null,
      name: extension === '' ? words.noExtension : displayPath(extension),
      pattern,
      whyNot: extension === '' ? words.unknownPattern : isLiteral ? '' : words.patternLike,
      exclusion: exclusionFor(pattern, exclusions),
    };
  });
}

/** What the dearest row says in words; empty when there is none. */
export function costAnswer(rows: readonly CostRow[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const what = first.path !== null ? first.name : typeName(first);
  return words.answer(formatPercent(100 * first.share), what, formatSeconds(first.seconds));
}

function typeName({ key, name }: CostRow): string {
  return key === '' ? words.noExtensionInSentence : words.typeInSentence(name);
}

function figuresOf({ seconds, share, scans, bytes }: CostFigures): CostFigures {
  return { seconds, share, scans, bytes };
}

function exclusionFor(pattern: string | null, exclusions: readonly Exclusion[]): Exclusion | null {
  if (pattern === null) return null;
  return exclusions.find((exclusion) => exclusion.pattern === pattern) ?? null;
}

/** A pattern would match other names than this one, or not this one. */
function hasGlobMeaning(text: string, platform: string): boolean {
  return (platform === 'win32' ? /[[\]{}()*?|"]/ : /[[\]{}()*?|"\\]/).test(text);
}
