// What is found in an upload, for everybody to see: a finding without a file, because nothing of it was kept.
import { displayPath } from '../../shared/display-path.ts';
import type { FindingDesk } from '../guard/finding-desk.ts';
import type { ScanOutcome } from '../pipeline.ts';

const maxNameLength = 255;
const note = 'It was uploaded to be scanned, and nothing of it was kept.';

/** What stands in the place of the path: never where the bytes lay for the scan. */
export function uploadPath(name: string): string {
  const shown = displayPath(name.slice(0, maxNameLength).toWellFormed());
  return `upload:${shown === '' ? 'unnamed' : shown}`;
}

/** @returns the writer of one outcome; what is no finding is not recorded. */
export function uploadRecorder(
  desk: Pick<FindingDesk, 'record'>,
): (outcome: ScanOutcome, name: string, actor: string) => void {
  return (outcome, name, actor) => {
    const request = { ...outcome.request, path: uploadPath(name) };
    desk.record({ ...outcome, request }, { state: 'gone', note, jobId: null, actor });
  };
}
