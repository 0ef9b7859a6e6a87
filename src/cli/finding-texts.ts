// Findings as people read them: in a list, or a line for the one that has just come.
import { styleText } from 'node:util';
import { displayPath } from '../shared/display-path.ts';
import type { Finding } from '../shared/finding.ts';
import type { Detection } from '../shared/verdict.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import { shortVaultId } from './chosen-ids.ts';
import { formatCount } from './size.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { clauseOf, hint, linesOf } from './tell.ts';

const severityStyles = { low: 'yellow', medium: 'yellow', high: 'red', critical: 'red' } as const;
const stateStyles = {
  open: 'red',
  quarantined: 'green',
  allowed: 'green',
  dismissed: 'yellow',
  gone: 'dim',
} as const;

/** `Eicar-Test-Signature (clamav), EICAR (yara)`; of many the first two. */
export function detectionsText(detections: readonly Detection[]): string {
  const names = detections.slice(0, 2).map(({ name, engine }) => `${displayPath(name)} (${engine})`);
  const more = detections.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export interface FindingsView {
  readonly findings: readonly Finding[];
  readonly total: number;
  readonly all: boolean;
  readonly quiet: boolean;
}

export function findingsText({ findings, total, all, quiet }: FindingsView): string {
  if (findings.length === 0) {
    if (quiet) return '';
    if (all) return linesOf(['Nothing was ever found. To look: vedette jobs start quick']);
    return linesOf([
      'No open threats.',
      hint('Those that were settled are shown by: vedette threats list --all'),
    ]);
  }
  const lines = findingLines(findings);
  if (quiet) return linesOf(lines.slice(1));
  return linesOf([
    ...lines,
    '',
    ...(total > findings.length
      ? [hint(`${formatCount(findings.length)} of ${formatCount(total)} are shown; --limit shows more.`)]
      : []),
    ...whatToDo(findings).map(hint),
  ]);
}

/** What fits the findings that are shown. */
function whatToDo(findings: readonly Finding[]): readonly string[] {
  const states = new Set(findings.map(({ state }) => state));
  return [
    ...(states.has('open')
      ? ['What to do about one: vedette threats quarantine ID | allow ID --reason TEXT | dismiss ID']
      : []),
    ...(states.has('quarantined') ? ['To get one back: vedette quarantine restore, and its id there'] : []),
    ...(states.has('allowed') ? ['To allow one no more: vedette allow, and vedette allow remove ID'] : []),
  ];
}

/** A head, and for each finding a line with, where there is something to say, another below it. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const [head = '', ...rows] = columnLines(
    [
      { title: 'ID', isNumber: true },
      { title: 'SEVERITY' },
      { title: 'STATE' },
      { title: 'FOUND' },
      { title: 'FILE' },
    ],
    findings.map(({ id, severity, state, found_at: foundAt, path }) => [
      String(id),
      styleText(severityStyles[severity], severity),
      styleText(stateStyles[state], state),
      formatTime(foundAt),
      shownPath(path),
    ]),
  );
  const indent = ' '.repeat(Math.max(2, ...findings.map(({ id }) => String(id).length)) + 2);
  return [
    head,
    ...rows.flatMap((row, index) => {
      const finding = findings[index];
      return finding === undefined ? [] : [row, `${indent}${aboutText(finding)}`];
    }),
  ];
}

function aboutText(finding: Finding): string {
  const why = whyText(finding);
  return `${finding.verdict}: ${detectionsText(finding.detections)}${why === '' ? '' : ` – ${why}`}`;
}

/** Why it is in this state; for what is in the vault also its id there. */
export function whyText({ state, note, vault_id: vaultId }: Finding): string {
  const why = clauseOf(note);
  return state === 'quarantined' && vaultId !== null ? `${why} (${shortVaultId(vaultId)})` : why;
}

/** `/path: infected Eicar (clamav), high, quarantined`, as `scan` has it. */
export function findingLine({ path, verdict, detections, severity, state, id }: Finding): string {
  const found = styleText(verdict === 'infected' ? 'red' : 'yellow', verdict);
  return `${shownPath(path)}: ${found} ${detectionsText(detections)}, ${severity}, ${state} (threat ${id})`;
}
