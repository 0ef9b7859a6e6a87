// How much smaller compression makes the answers: bytes over the wire, for each way of it that the service offers.
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { maxBatchItems } from '../../src/shared/service-documents.ts';
import type { LoadedService } from '../load/loaded-service.ts';
import { plainRequest } from './plain-request.ts';

export const encodings = ['gzip', 'br', 'zstd'] as const;

export interface AnswerSize {
  readonly name: string;
  readonly plainBytes: number;
  /** By the encoding. */
  readonly packedBytes: ReadonlyMap<string, number>;
}

/** @param paths files that are known: the answers are about them. */
export async function answerSizes(
  service: LoadedService,
  paths: readonly string[],
): Promise<readonly AnswerSize[]> {
  const sha256 = service.hashes.slice(0, maxBatchItems);
  return [
    await sizesOf(service, 'look-up of 1000 contents', serviceRoutes['batch.lookup'].path, { sha256 }),
    await sizesOf(service, 'scan of 1000 files', serviceRoutes['batch.scan'].path, { paths }),
  ];
}

/** Of the smallest saving. */
export function leastSaved(sizes: readonly AnswerSize[]): number {
  return Math.min(
    ...sizes.flatMap(({ plainBytes, packedBytes }) =>
      [...packedBytes.values()].map((bytes) => 1 - bytes / plainBytes),
    ),
  );
}

async function sizesOf(
  service: LoadedService,
  name: string,
  path: string,
  input: object,
): Promise<AnswerSize> {
  const body = JSON.stringify(input);
  const plain = await plainRequest(service, { path, body, acceptEncoding: 'identity' });
  const packedBytes = new Map<string, number>();
  for (const encoding of encodings) {
    const packed = await plainRequest(service, { path, body, acceptEncoding: encoding });
    if (packed.encoding !== encoding) throw new Error(`${path} was not answered in ${encoding}`);
    packedBytes.set(encoding, packed.body.length);
  }
  return { name, plainBytes: plain.body.length, packedBytes };
}
