import { describe, expect, test } from 'vitest';
import { selectAll, selectRows } from '../../../../src/renderer/components/table-selection.ts';

const keys = [1, 2, 3, 4, 5];

describe('choosing rows', () => {
  test('one is added or taken out', () => {
    const selected = new Set([2]);
    expect(selectRows({ keys, selected, key: 4, isOn: true, from: null })).toEqual(new Set([2, 4]));
    expect(selectRows({ keys, selected, key: 2, isOn: false, from: null })).toEqual(new Set());
  });

  test('with Shift all between the last one and this, in both directions', () => {
    expect(selectRows({ keys, selected: new Set([2]), key: 4, isOn: true, from: 2 })).toEqual(
      new Set([2, 3, 4]),
    );
    expect(selectRows({ keys, selected: new Set(keys), key: 1, isOn: false, from: 3 })).toEqual(
      new Set([4, 5]),
    );
  });

  test('a row to start from that is no longer there counts as none', () => {
    expect(selectRows({ keys, selected: new Set(), key: 4, isOn: true, from: 99 })).toEqual(new Set([4]));
  });

  test('all of this table, and none but of this table', () => {
    expect(selectAll(keys, new Set([9]), true)).toEqual(new Set([9, 1, 2, 3, 4, 5]));
    expect(selectAll(keys, new Set([9, 1]), false)).toEqual(new Set([9]));
  });
});
