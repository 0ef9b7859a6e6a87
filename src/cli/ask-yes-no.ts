// Asks a person before something that cannot be undone; anything but a clear yes is a no.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type AskYesNo = (question: string) => Promise<boolean>;

/** null where nobody could answer. */
export function personToAsk(): AskYesNo | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return (question) => askYesNo(question, process.stdin, process.stderr);
}

/** What is about another machine says so first. */
export function questionAbout(place: string | null, question: string): string {
  return place === null ? question : `On ${place}:\n${question}`;
}

/** The end of the input, and Ctrl-C, are a no too. */
export async function askYesNo(question: string, input: Readable, output: Writable): Promise<boolean> {
  const reader = createInterface({ input, output });
  const answered = Promise.withResolvers<string>();
  reader.once('close', () => answered.resolve(''));
  reader.question(`${question} [y/N] `, answered.resolve);
  try {
    return /^y(?:es)?$/i.test((await answered.promise).trim());
  } finally {
    reader.close();
  }
}
