// What a click on a row's checkbox selects: one row, or with Shift all from the last one to this.
export type RowKey = string | number;

export interface SelectionStep {
  readonly keys: readonly RowKey[];
  readonly selected: ReadonlySet<RowKey>;
  readonly key: RowKey;
  readonly isOn: boolean;
  /** The row that was clicked last, while Shift is held; null otherwise. */
  readonly from: RowKey | null;
}

export function selectRows({ keys, selected, key, isOn, from }: SelectionStep): ReadonlySet<RowKey> {
  const to = keys.indexOf(key);
  const start = from === null ? -1 : keys.indexOf(from);
  const touched = start === -1 ? [key] : keys.slice(Math.min(start, to), Math.max(start, to) + 1);
  const next = new Set(selected);
  for (const one of touched) {
    if (isOn) next.add(one);
    else next.delete(one);
  }
  return next;
}

/** Rows that are not in the table stay as they are. */
export function selectAll(
  keys: readonly RowKey[],
  selected: ReadonlySet<RowKey>,
  isOn: boolean,
): ReadonlySet<RowKey> {
  const next = new Set(selected);
  for (const key of keys) {
    if (isOn) next.add(key);
    else next.delete(key);
  }
  return next;
}
