// How a command says what it has to say: one JSON document, a JSON line an entry, or text for people.
import { styleText } from 'node:util';
import { displayPath } from '../shared/display-path.ts';
import type { ReportDocument } from '../shared/report-documents.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { CommonOptions } from './common-options.ts';

export interface Told {
  readonly document: ReportDocument;
  /** The document in parts, for `--ndjson`. */
  readonly entries: readonly unknown[];
  readonly text: string;
}

export function tell({ json, ndjson }: CommonOptions, { document, entries, text }: Told): void {
  if (ndjson) process.stdout.write(entries.map((entry) => `${safeJson(entry)}\n`).join(''));
  else process.stdout.write(json ? `${safeJson(document)}\n` : text);
}

/** A sentence made elsewhere: the names in it are shown already, so a backslash is not doubled. */
export function shownText(text: string): string {
  return displayPath(text, true);
}

/** Beside the output of a command, which goes on. */
export function complain(text: string): void {
  process.stderr.write(`vedette: ${shownText(text)}\n`);
}

/** A sentence of ours as a part of another: `The file is gone.` becomes `the file is gone`. */
export function clauseOf(sentence: string): string {
  const text = shownText(sentence).replace(/\.$/u, '');
  return /^\p{Lu}[\p{Ll} ]/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

export function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export function hint(text: string): string {
  return styleText('dim', text);
}
