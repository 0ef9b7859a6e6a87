// Lines and comments around a piece of TOML text.
import type { Outline, Span } from './toml-outline.ts';

export function textOf({ text }: Outline, { start, end }: Span): string {
  return text.slice(start, end);
}

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Offset behind the newline that ends the line. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The blanks before what begins at `at`. */
export function indentation(text: string, at: number): string {
  return /^\s*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';
}

/** @param at beginning of a line, or the end of the text. */
export function insertLines(text: string, at: number, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const newline = newlineOf(text);
  const gap = at === 0 || text[at - 1] === '\n' ? '' : newline;
  return `${text.slice(0, at)}${gap}${lines.join(newline)}${newline}${text.slice(at)}`;
}

export function commentsIn(outline: Outline, { start, end }: Span): readonly string[] {
  return outline.comments
    .filter((comment) => comment.start >= start && comment.end <= end)
    .map((comment) => textOf(outline, comment));
}

export function commentBehind(outline: Outline, { end }: Span): Span | null {
  const limit = lineEnd(outline.text, end);
  return outline.comments.find(({ start }) => start >= end && start < limit) ?? null;
}

/** Whole lines of comment directly above, without an empty line between. */
export function commentsAbove({ text, comments }: Outline, { start }: Span): readonly Span[] {
  const found: Span[] = [];
  let line = lineStart(text, start);
  for (const comment of comments.filter(({ end }) => end <= line).toReversed()) {
    const begin = lineStart(text, comment.start);
    const alone = text.slice(begin, comment.start).trim() === '';
    if (!alone || lineEnd(text, comment.end) !== line) break;
    found.push(comment);
    line = begin;
  }
  return found.toReversed();
}

/** Of `comments`, those that are not among `kept`; each that is kept stands for one. */
export function missingComments(comments: readonly string[], kept: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const comment of kept) left.set(comment, (left.get(comment) ?? 0) + 1);
  return comments.filter((comment) => {
    const count = left.get(comment) ?? 0;
    left.set(comment, count - 1);
    return count <= 0;
  });
}
