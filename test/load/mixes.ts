// What the load consists of: requests in fixed shares, in an order that depends on the connection's number alone.
import { apiPrefix, serviceRoutes } from '../../src/shared/api-routes.ts';
import { assertNever } from '../../src/shared/verdict.ts';
import { seededRandom, type SeededRandom } from '../helpers/seeded-random.ts';

export const mixes = ['throughput', 'realistic'] as const;
export type MixName = (typeof mixes)[number];

export const requestKinds = ['lookup', 'batch lookup', 'detections', 'health'] as const;
export type RequestKind = (typeof requestKinds)[number];

export interface LoadRequest {
  readonly kind: RequestKind;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

/** Contents in one request of the kind `batch lookup`. */
export const batchItems = 100;

/** Of twenty requests. */
const shares: Readonly<Record<MixName, Readonly<Record<RequestKind, number>>>> = {
  throughput: { lookup: 20, 'batch lookup': 0, detections: 0, health: 0 },
  realistic: { lookup: 10, 'batch lookup': 5, detections: 3, health: 2 },
};
/** Twenties in the sequence of one connection, which begins again at its end. */
const twenties = 10;

/** @param hashes that are asked for, in no order. */
export function requestsOf(
  mix: MixName,
  hashes: readonly string[],
  connection: number,
): readonly LoadRequest[] {
  const random = seededRandom(connection + 1);
  const kinds = requestKinds.flatMap((kind) => Array.from({ length: shares[mix][kind] }, () => kind));
  return Array.from({ length: twenties }, () => shuffled(kinds, random))
    .flat()
    .map((kind) => requestOf(kind, hashes, random));
}

/** A look-up of `items` contents, no two alike when there are as many. */
export function batchLookupOf(hashes: readonly string[], items: number, random: SeededRandom): LoadRequest {
  const start = random.below(hashes.length);
  const sha256 = Array.from({ length: items }, (_, index) => hashes[(start + index) % hashes.length] ?? '');
  const { method, path } = serviceRoutes['batch.lookup'];
  return { kind: 'batch lookup', method, path, body: JSON.stringify({ sha256 }) };
}

function requestOf(kind: RequestKind, hashes: readonly string[], random: SeededRandom): LoadRequest {
  switch (kind) {
    case 'lookup':
      return { kind, method: 'GET', path: `${apiPrefix}/lookup/${anyOf(hashes, random)}`, body: null };
    case 'batch lookup':
      return batchLookupOf(hashes, batchItems, random);
    case 'detections':
      return { kind, method: 'GET', path: serviceRoutes['batch.detections'].path, body: null };
    case 'health':
      return { kind, method: 'GET', path: serviceRoutes.healthz.path, body: null };
    default:
      return assertNever(kind);
  }
}

function anyOf(hashes: readonly string[], random: SeededRandom): string {
  return hashes[random.below(hashes.length)] ?? '';
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: SeededRandom): readonly Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}
