// Proves that clamd looks through `/proc/<pid>/fd/<n>`: it must find EICAR there and nothing in a harmless file.
import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePath } from '../../files/raw-path.ts';
import { openConnection } from './address.ts';
import { RecordReader } from './record-reader.ts';
import { eicarText, ownSignatureName } from './signature-view.ts';
import type { ClamdAddress } from './target.ts';

/** Which name wins is clamd's choice when the signature folder knows EICAR too. */
const eicarName = /^[\w.{}()-]*eicar[\w.{}()-]*$/i;

/** @param folder a private folder for the two files, which are removed again. */
export async function acceptsDescriptorPaths(
  address: ClamdAddress,
  folder: string,
  timeoutMs: number,
): Promise<boolean> {
  if (process.platform !== 'linux' || address.kind !== 'unix') return false;
  const infected = await scanThroughDescriptor(address, folder, eicarText(), timeoutMs);
  const found = infected?.startsWith(': ') === true ? / FOUND$/.exec(infected) : null;
  const name = infected?.slice(2, found?.index) ?? '';
  if (found === null || !(eicarName.test(name) || name.startsWith(ownSignatureName))) return false;
  return (await scanThroughDescriptor(address, folder, `harmless ${randomUUID()}`, timeoutMs)) === ': OK';
}

/** What stands after the path in the one record that answers, or null. */
async function scanThroughDescriptor(
  address: ClamdAddress,
  folder: string,
  content: string,
  timeoutMs: number,
): Promise<string | null> {
  const file = join(folder, `probe-${randomUUID()}`);
  let descriptor: number | null = null;
  try {
    writeFileSync(encodePath(file), content, { mode: 0o600, flag: 'wx' });
    descriptor = openSync(encodePath(file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const path = `/proc/${process.pid}/fd/${descriptor}`;
    const record = await oneRecord(address, `zSCAN ${path}\0`, timeoutMs);
    return record?.startsWith(path) === true ? record.slice(path.length) : null;
  } catch {
    // Another antivirus may have taken the file away: then there is no proof.
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
    rmSync(encodePath(file), { force: true });
  }
}

async function oneRecord(address: ClamdAddress, request: string, timeoutMs: number): Promise<string | null> {
  const connection = await openConnection(address, timeoutMs);
  if (connection.kind === 'failed') return null;
  const { socket } = connection;
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(finish, timeoutMs, false);
      const reader = new RecordReader();
      const records: string[] = [];
      function finish(isWhole: boolean): void {
        clearTimeout(timer);
        resolve(isWhole && records.length === 1 && reader.pendingBytes === 0 ? (records[0] ?? null) : null);
      }
      socket.on('data', (chunk: Buffer) => {
        const found = reader.push(chunk);
        if (found === null) finish(false);
        else records.push(...found.map((record) => record.toString('latin1')));
      });
      socket.once('end', () => finish(true));
      socket.once('close', () => finish(false));
      socket.write(request);
    });
  } finally {
    socket.destroy();
  }
}
