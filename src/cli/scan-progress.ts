// One line on a terminal that says how far a scan is; nothing at all where standard error is no terminal.
import { countText } from '../shared/count-text.ts';
import { displayPath } from '../shared/display-path.ts';
import type { ScanTally } from '../core/scan-tally.ts';
import { formatCount, formatDuration, formatSize } from './size.ts';

const everyMs = 200;
const clearLine = '\r\u001b[K';

export class ScanProgress implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #tally: ScanTally;
  readonly #timer: NodeJS.Timeout;
  #currentPath = '';
  /** Known once the count beside the scan is done. */
  #totalFiles: number | null = null;

  constructor(stream: NodeJS.WriteStream, tally: ScanTally) {
    this.#stream = stream;
    this.#tally = tally;
    this.#timer = setInterval(() => this.#draw(), everyMs);
  }

  at(path: string): void {
    this.#currentPath = path;
  }

  expect(totalFiles: number): void {
    this.#totalFiles = totalFiles;
  }

  /** Makes room for a line of output. */
  clear(): void {
    this.#stream.write(clearLine);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    const line = progressLine(this.#tally, this.#totalFiles, displayPath(this.#currentPath));
    this.#stream.write(clearLine + line.slice(0, Math.max(20, this.#stream.columns - 1)));
  }
}

/** `1,204 of 5,000 files · 310 files/s · 48.1 MiB · 12 s left · /path` */
export function progressLine(
  tally: Pick<ScanTally, 'files' | 'bytes' | 'elapsedMs'>,
  totalFiles: number | null,
  path: string,
): string {
  const perSecond = tally.files / Math.max(0.001, tally.elapsedMs / 1000);
  const known = totalFiles !== null && totalFiles >= tally.files;
  const parts = [
    known
      ? `${formatCount(tally.files)} of ${countText(totalFiles, 'file')}`
      : countText(tally.files, 'file'),
    `${formatCount(perSecond)} files/s`,
    formatSize(tally.bytes),
    known && perSecond > 0 ? `${formatDuration(((totalFiles - tally.files) / perSecond) * 1000)} left` : '',
    path,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
