// In which order the files run: as vitest has it, but that what is small and waits for long does not come last, with nothing beside it.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longWaits = /(?:clamd-hung|watch-supervisor|desk-killed|serve-ends)\.test\.ts$/;

export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of vitest
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  return longWaits.test(moduleId) ? 0 : 1;
}
