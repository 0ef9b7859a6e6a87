// Waits for what may take long, and only so long: the work itself cannot be taken back, and its failure is then nobody's.

/** @param late says what stands for the answer then; it may throw instead. */
export async function orLate<Answer>(
  work: Promise<Answer>,
  limitMs: number,
  late: () => Answer,
): Promise<Answer> {
  const waited = Promise.withResolvers<() => Answer>();
  const timer = setTimeout(() => waited.resolve(late), limitMs);
  try {
    const first = await Promise.race([work.then((answer) => () => answer), waited.promise]);
    return first();
  } finally {
    clearTimeout(timer);
  }
}
