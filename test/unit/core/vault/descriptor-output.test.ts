import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DescriptorOutput } from '../../../../src/core/vault/descriptor-output.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('an output that is ended has written what it began, and writes nothing more', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'out');
  const descriptor = openSync(file, 'wx');
  const output = new DescriptorOutput(descriptor);
  const writer = output.stream.getWriter();
  await writer.write(Buffer.from('first '));
  const second = writer.write(Buffer.alloc(4 * 1024 * 1024, 'x'));
  const third = writer.write(Buffer.from('third'));
  const outcomes = Promise.allSettled([second, third]);
  await output[Symbol.asyncDispose]();
  const sizeAtEnd = fstatSync(descriptor).size;
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  closeSync(descriptor);
  expect([sizeAtEnd, readFileSync(file).length, output.writtenBytes]).toEqual([
    4_194_310, 4_194_310, 4_194_310,
  ]);
});
