// Joins the names of classes; what is absent is left out.
export function classes(...names: readonly (string | undefined | null | false)[]): string {
  return names.filter((name) => typeof name === 'string' && name !== '').join(' ');
}
