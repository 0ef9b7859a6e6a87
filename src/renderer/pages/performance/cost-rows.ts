// What scanning costs, by folder or by type, as rows that can be left out for a while.
import type { Costs, Exclusion } from '../../../shared/page-documents.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { literalGlob } from '../../../shared/literal-glob.ts';
import { formatPercent } from '../../format/numbers.ts';
import { formatSeconds } from '../../format/durations.ts';
import { performanceMessages } from '../../messages/performance.ts';

export const leaveOutSeconds = 7 * 86_400;

/** Others are refused as a pattern. */
const plainExtension = /^\.[\p{L}\p{N}_-]{1,40}$/u;

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
  /** For `exclusions.add`; null where none would mean just this. */
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
    return {
      ...figuresOf(cost),
      key: path,
      path,
      name: displayPath(path, platform === 'win32'),
      // Unescaped: it is the path that Vedette has told of, with all that is in it.
      pattern: isRoot ? null : `${bare}/**`,
      whyNot: isRoot ? words.rootPattern : '',
      exclusion: exclusionFor(`${literalGlob(bare, platform)}/**`, exclusions),
    };
  });
}

export function typeRows({ types }: Costs, exclusions: readonly Exclusion[]): readonly CostRow[] {
  return types.map((cost) => {
    const { extension } = cost;
    const pattern = `**/*${extension}`;
    const isPlain = plainExtension.test(extension);
    return {
      ...figuresOf(cost),
      key: extension,
      path: null,
      name: extension === '' ? words.noExtension : displayPath(extension),
      pattern: isPlain ? pattern : null,
      whyNot: isPlain ? '' : extension === '' ? words.unknownPattern : words.patternLike,
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

function exclusionFor(pattern: string, exclusions: readonly Exclusion[]): Exclusion | null {
  return exclusions.find((exclusion) => exclusion.pattern === pattern) ?? null;
}
