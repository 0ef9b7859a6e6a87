// Files on the machine of a service, by their paths: asked for in batches, each path told once, in the order given.
import { messageOf } from '../../shared/errors.ts';
import { maxBatchItems } from '../../shared/service-documents.ts';
import { unread } from '../../shared/verdict.ts';
import { inBatches } from '../chosen-ids.ts';
import type { Told } from './known-contents.ts';
import { verdictOf } from './result-verdict.ts';
import type { ScanClient } from './scan-client.ts';

export interface PathScannerOptions {
  readonly service: Pick<ScanClient, 'scanPaths'>;
  readonly signal: AbortSignal;
  readonly onTold: (path: string, told: Told) => void;
  /** Awaited before each batch. */
  readonly beforeEach: () => Promise<void> | undefined;
}

/** @throws what ended it; the paths that were asked for last are told as interrupted. */
export async function scanPaths(
  groups: AsyncIterable<readonly string[]>,
  { service, signal, onTold, beforeEach }: PathScannerOptions,
): Promise<void> {
  for await (const group of groups) {
    for (const paths of inBatches(group, maxBatchItems)) {
      const pause = beforeEach();
      if (pause !== undefined) await pause;
      if (signal.aborted) return;
      try {
        const results = await service.scanPaths(paths);
        for (const [index, result] of results.entries()) {
          onTold(paths[index] ?? result.path, { verdict: verdictOf(result), allowed: result.allowed });
        }
      } catch (error) {
        if (signal.aborted) return;
        const detail = `nobody looked at it: ${messageOf(error)}`;
        const verdict = unread({ kind: 'unscannable', reason: 'interrupted', detail }, 0);
        for (const path of paths) onTold(path, { verdict, allowed: undefined });
        throw error;
      }
    }
  }
}
