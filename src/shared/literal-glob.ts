// A path as a pattern that matches it and nothing else: a folder may be called `**`, and somebody may have done that on purpose.

/** In the dialect of `core/intake/exclusions.ts`. There a backslash separates folders on Windows, and a class has to do. */
export function literalGlob(path: string, platform: string): string {
  return platform === 'win32'
    ? path.replace(/[[{}()+@]/gu, '[$&]')
    : path.replace(/[\\*?[\]{}()!+@|^$"']/gu, String.raw`\$&`);
}
