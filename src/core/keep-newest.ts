// A bound for what is kept in mind: a Map or a Set holds its entries in the order they came, and the oldest go first.

export function keepNewest<Key>(kept: Map<Key, unknown> | Set<Key>, max: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= max) return;
    kept.delete(oldest);
  }
}
