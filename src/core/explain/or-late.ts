// The answer, or what stands for it when it takes too long; the work itself cannot be taken back, and its failure is then nobody's.
export async function orLate<Answer>(work: Promise<Answer>, limitMs: number, late: Answer): Promise<Answer> {
  const waited = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => waited.resolve(late), limitMs);
  try {
    return await Promise.race([work, waited.promise]);
  } finally {
    clearTimeout(timer);
  }
}
