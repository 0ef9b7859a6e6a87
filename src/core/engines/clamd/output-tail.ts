// The last of what a child process wrote, in a bounded buffer, and a way to wait for words in what comes next.
const keptCharacters = 16 * 1024;
const shownLines = 5;
const shownCharacters = 600;

export class OutputTail {
  #text = '';
  readonly #waiting = new Set<(text: string) => void>();

  push(text: string): void {
    this.#text = (this.#text + text).slice(-keptCharacters);
    for (const check of this.#waiting) check(this.#text);
  }

  /** The last non-empty lines as one sentence, without dates. */
  lastLines(): string {
    const lines = this.#text
      .split('\n')
      .map((line) => line.replace(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} -> /, '').trim())
      .filter((line) => line !== '');
    return lines.slice(-shownLines).join('; ').slice(-shownCharacters);
  }

  /** The match in what is written from now on, or null when `signal` aborts before. */
  waitFor(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray | null> {
    this.#text = '';
    const waiting = this.#waiting;
    return new Promise((resolve) => {
      function settle(found: RegExpExecArray | null): void {
        waiting.delete(check);
        signal.removeEventListener('abort', giveUp);
        resolve(found);
      }
      function check(text: string): void {
        const found = pattern.exec(text);
        if (found !== null) settle(found);
      }
      function giveUp(): void {
        settle(null);
      }
      waiting.add(check);
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}
