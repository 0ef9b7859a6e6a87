// What a person sees of a scan that is looked on: what it finds on standard output, how far it is on the terminal.
import type { Finding } from '../shared/finding.ts';
import type { Job } from '../shared/job.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { CommonOptions } from './common-options.ts';
import { findingLine } from './finding-texts.ts';
import { jobProgressLine } from './job-texts.ts';
import { reportedFinding } from './reported.ts';

const clearLine = '\r\u001b[K';

export class FollowScreen implements Disposable {
  readonly #options: CommonOptions;
  /** null where there is no terminal to draw on. */
  readonly #terminal: NodeJS.WriteStream | null;

  constructor(options: CommonOptions) {
    const isText = !options.json && !options.ndjson && !options.quiet;
    this.#options = options;
    this.#terminal = isText && process.stderr.isTTY ? process.stderr : null;
  }

  progress(job: Job): void {
    const columns = Math.max(20, (this.#terminal?.columns ?? 80) - 1);
    this.#terminal?.write(clearLine + jobProgressLine(job).slice(0, columns));
  }

  finding(finding: Finding): void {
    const { json, ndjson } = this.#options;
    this.#terminal?.write(clearLine);
    if (ndjson) process.stdout.write(`${safeJson({ finding: reportedFinding(finding) })}\n`);
    else if (!json) process.stdout.write(`${findingLine(finding)}\n`);
  }

  [Symbol.dispose](): void {
    this.#terminal?.write(clearLine);
  }
}
