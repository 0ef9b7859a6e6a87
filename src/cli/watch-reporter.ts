// What `vedette watch` says while it runs: a line for what matters, or every event as a JSON line.
import { styleText } from 'node:util';
import type { FeedEvent } from '../shared/contract.ts';
import type { Finding } from '../shared/finding.ts';
import type { Protection } from '../shared/protection.ts';
import type { ReportedFeedEvent } from '../shared/report-documents.ts';
import { safeJson } from '../shared/safe-json.ts';
import { scanResultSchema, type ScanResult } from '../shared/scan-report.ts';
import type { CommonOptions } from './common-options.ts';
import { whyText } from './finding-texts.ts';
import type { OutputThread } from './output-thread.ts';
import { reportedFeedEvent } from './reported.ts';
import { resultLine } from './scan-reporter.ts';
import { protectionLines } from './status.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { shownText } from './tell.ts';

export interface WatchReporter {
  event(event: FeedEvent): void;
}

export interface WatchReporterOptions extends Pick<CommonOptions, 'json' | 'ndjson' | 'quiet'> {
  readonly all: boolean;
}

type Write = (text: string) => void;

/** With more than this unread clean files are left out, with much more everything is: nobody reads. */
const maxUnread = { clean: 64 * 1024 * 1024, any: 128 * 1024 * 1024 };

export function watchReporter(
  options: WatchReporterOptions,
  output: Pick<OutputThread, 'write' | 'unread'>,
): WatchReporter {
  const told = { sentence: '' };
  let leftOut = 0;
  function write(text: string): void {
    output.write(text);
  }
  return {
    event(event) {
      const result = event.kind === 'verdict' ? scanResultSchema.parse(event.result) : null;
      const isClean = result?.verdict === 'clean';
      if (isClean && !options.all) return;
      if (output.unread > (isClean ? maxUnread.clean : maxUnread.any)) {
        leftOut += 1;
        return;
      }
      if (leftOut > 0) {
        const omitted: ReportedFeedEvent = { kind: 'omitted', at: event.at, events: leftOut };
        leftOut = 0;
        write(
          options.json || options.ndjson
            ? `${safeJson(omitted)}\n`
            : `${omitted.events} lines were left out\n`,
        );
      }
      if (options.json || options.ndjson) write(`${safeJson(reportedFeedEvent(event))}\n`);
      else writeText(event, result, options, told, write);
    },
  };
}

function writeText(
  event: FeedEvent,
  result: ScanResult | null,
  { quiet }: WatchReporterOptions,
  told: { sentence: string },
  write: Write,
): void {
  switch (event.kind) {
    case 'verdict':
      if (result !== null && (!quiet || result.detections.length > 0)) write(`${resultLine(result)}\n`);
      break;
    case 'protection':
      if (!quiet && isNews(event.protection, told))
        write(`${protectionLines(event.protection).join('\n')}\n`);
      break;
    case 'finding':
      // An open finding has had its line as a verdict.
      if (event.finding.state !== 'open' || event.finding.note.startsWith('active'))
        write(`${findingLine(event.finding)}\n`);
      break;
    case 'history':
      if (event.event.kind === 'brake_on')
        write(`${styleText(['bold', 'red'], shownText(event.event.text))}\n`);
      break;
    case 'job':
      break;
    default:
      event satisfies never;
  }
}

function findingLine(finding: Finding): string {
  const { path, state } = finding;
  const why = whyText(finding);
  // Some reasons say the state already.
  return `${shownPath(path)}: ${why.startsWith(state) ? why : `${state}${why === '' ? '' : ` (${why})`}`}`;
}

/** The same sentence twice is no news, whatever moved behind it. */
function isNews({ sentence }: Protection, told: { sentence: string }): boolean {
  if (sentence === told.sentence) return false;
  told.sentence = sentence;
  return true;
}
