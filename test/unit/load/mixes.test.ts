// The shares of the load, and that its requests are those of the API.
import { describe, expect, test } from 'vitest';
import { serviceRoutes } from '../../../src/shared/api-routes.ts';
import { requestsOf, type LoadRequest } from '../../load/mixes.ts';

const hashes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));

function sharesOf(requests: readonly LoadRequest[]): Record<string, number> {
  const counts = Object.groupBy(requests, ({ kind }) => kind);
  return Object.fromEntries(
    Object.entries(counts).map(([kind, some]) => [kind, some.length / requests.length]),
  );
}

describe('the mixes', () => {
  test('the realistic one has the shares it says', () => {
    expect(sharesOf(requestsOf('realistic', hashes, 0))).toEqual({
      lookup: 0.5,
      'batch lookup': 0.25,
      detections: 0.15,
      health: 0.1,
    });
  });

  test('the other one consists of single look-ups', () => {
    expect(sharesOf(requestsOf('throughput', hashes, 0))).toEqual({ lookup: 1 });
  });

  test('connections ask in different orders, each always in the same', () => {
    expect(requestsOf('realistic', hashes, 1)).toEqual(requestsOf('realistic', hashes, 1));
    expect(requestsOf('realistic', hashes, 1)).not.toEqual(requestsOf('realistic', hashes, 2));
  });

  test('single look-ups name contents that are known', () => {
    const named = requestsOf('throughput', hashes, 3).map(({ path }) => path.split('/').at(-1) ?? '');
    expect([...new Set(named)].toSorted()).toEqual(hashes);
  });

  test('batches hold a hundred contents, as the API takes them', () => {
    const bodies = requestsOf('realistic', hashes, 0).flatMap(({ body }) => body ?? []);
    expect(bodies).not.toEqual([]);
    for (const body of bodies) {
      expect(serviceRoutes['batch.lookup'].input.parse(JSON.parse(body)).sha256).toHaveLength(100);
    }
  });
});
