// How many of something, as a sentence says it: `1 file`, `2,048 files`.

/** @param many where it is not `one` with an s, such as `files are` */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
