// Sizes as people enter them: a number and its unit instead of ten digits; pure.
export const byteUnits = ['B', 'KiB', 'MiB', 'GiB'] as const;
export type ByteUnit = (typeof byteUnits)[number];

export interface ByteAmount {
  readonly amount: number;
  readonly unit: ByteUnit;
}

/** In the largest unit in which it is a whole number: nothing is rounded away. */
export function splitBytes(sizeBytes: number): ByteAmount {
  let amount = sizeBytes;
  let index = 0;
  while (amount !== 0 && amount % 1024 === 0 && index < byteUnits.length - 1) {
    amount /= 1024;
    index += 1;
  }
  return { amount, unit: byteUnits[index] ?? 'B' };
}

/** `0.5 GiB` is a whole number of bytes, `0.3 KiB` is rounded to one. */
export function joinBytes({ amount, unit }: ByteAmount): number {
  return Math.round(amount * 1024 ** byteUnits.indexOf(unit));
}
