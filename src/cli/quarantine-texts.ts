// What is in the vault as people read it.
import { styleText } from 'node:util';
import { countText } from '../shared/count-text.ts';
import type { VaultRecord } from '../shared/vault-record.ts';
import { shortIds } from './chosen-ids.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import { detectionsText } from './finding-texts.ts';
import { formatCount, formatSize } from './size.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { hint, linesOf, shownText } from './tell.ts';

const listedInQuestion = 10;

export function quarantineText(records: readonly VaultRecord[], quiet: boolean): string {
  if (records.length === 0) {
    if (quiet) return '';
    return linesOf(['The vault is empty.', hint('What was found is shown by: vedette threats')]);
  }
  const shorten = shortIds(records);
  const [head = '', ...rows] = columnLines(
    [{ title: 'ID' }, { title: 'SINCE' }, { title: 'SIZE', isNumber: true }, { title: 'WHERE IT WAS' }],
    records.map(({ id, quarantined_at: since, size_bytes: sizeBytes, path }) => [
      shorten(id),
      formatTime(since),
      formatSize(sizeBytes),
      shownPath(path),
    ]),
  );
  const indent = ' '.repeat(shorten(records[0]?.id ?? '').length + 2);
  const lines = rows.flatMap((row, index) => {
    const record = records[index];
    return record === undefined ? [] : [row, ...recordNotes(record).map((note) => indent + note)];
  });
  if (quiet) return linesOf(lines);
  const bytes = records.reduce((sum, { size_bytes: sizeBytes }) => sum + sizeBytes, 0);
  return linesOf([
    head,
    ...lines,
    '',
    `${countText(records.length, 'file')}, ${formatSize(bytes)}.`,
    hint('vedette quarantine restore ID [--allow] | delete ID | export ID --output FILE'),
  ]);
}

function recordNotes({
  state,
  problem,
  detections,
  actor,
  other_link_count: links,
  other_links: names,
}: VaultRecord): readonly string[] {
  const found = detections.length === 0 ? [] : [detectionsText(detections)];
  const damaged = state === 'damaged' ? [styleText('red', `damaged: ${shownText(problem)}`)] : [];
  const known = names.map(shownPath).join(', ');
  const left =
    links === 0
      ? []
      : [
          styleText(
            'yellow',
            `${countText(links, 'other name of this file is', 'other names of this file are')} still there${known === '' ? '' : `: ${known}`}`,
          ),
        ];
  return [[...found, `by ${shownText(actor)}`].join(', '), ...damaged, ...left];
}

export function deleteQuestion(records: readonly VaultRecord[]): string {
  const shown = records.slice(0, listedInQuestion).map(({ path }) => `  ${shownPath(path)}`);
  const more = records.length - shown.length;
  return `${linesOf([...shown, ...(more > 0 ? [`  and ${formatCount(more)} more`] : [])])}Delete ${countText(records.length, 'file')} for good?`;
}
