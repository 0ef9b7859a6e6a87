// Descriptor paths are used only towards a clamd that proved to look through them.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptsDescriptorPaths } from '../../../../../src/core/engines/clamd/probe-paths.ts';

let folder: string;
let server: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-test-'));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Answers the first scan with `infected` and the second with `clean`; `@` stands for the path that was asked. */
async function probe(infected: string, clean: string): Promise<boolean> {
  const answers = [infected, clean];
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => {
      const path = /^zSCAN (\/proc\/\d+\/fd\/\d+)\0$/.exec(request.toString('latin1'))?.[1] ?? 'not a scan';
      socket.end((answers.shift() ?? '').replaceAll('@', path));
    });
  });
  const path = join(folder, 'clamd.sock');
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return acceptsDescriptorPaths({ kind: 'unix', path }, folder, 2_000);
}

const found = '@: Vedette.Test.EICAR.UNOFFICIAL FOUND\0';
const clean = '@: OK\0';

describe.skipIf(process.platform !== 'linux')('acceptsDescriptorPaths', () => {
  it.each([found, '@: Eicar-Test-Signature FOUND\0', '@: {HEX}EICAR.TEST.3.UNOFFICIAL FOUND\0'])(
    'is proved by %j and OK, and leaves no file behind',
    async (infected) => {
      expect(await probe(infected, clean)).toBe(true);
      expect(readdirSync(folder)).toEqual(['clamd.sock']);
    },
  );

  it.each([
    ['a clamd that passes over links', clean, clean],
    ['a clamd that finds everything', found, found],
    ['a clamd that may not open the path', '@: File path check failure: Permission denied. ERROR\0', clean],
    ['another name', '/etc/passwd: Vedette.Test.EICAR.UNOFFICIAL FOUND\0', clean],
    ['another signature', '@: Some.Other FOUND\0', clean],
    ['a limit', '@: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0', clean],
    ['an error for the harmless file', found, '@: ERROR\0'],
    ['two records', `${found}${found}`, clean],
    ['a record and a half', `${found}@: OK`, clean],
    ['a record that does not end', '@: Vedette.Test.EICAR.UNOFFICIAL FOUND', clean],
    ['nothing', '', ''],
  ])('is not proved by %s', async (_, infected, second) => {
    expect(await probe(infected, second)).toBe(false);
    expect(readdirSync(folder)).toEqual(['clamd.sock']);
  });
});
