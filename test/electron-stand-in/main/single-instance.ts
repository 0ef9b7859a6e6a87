// The lock of the first instance of an app on one user data folder; later ones tell it how they were started, and lose.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const noticeSchema = z.object({ argv: z.array(z.string()), cwd: z.string(), data: z.unknown() });
/** How a later instance was started; `data` must be JSON. */
export type InstanceNotice = z.infer<typeof noticeSchema>;

const nodePath = join(import.meta.dirname, '../../../node_modules/.bin/node');
const tellLimitMs = 10_000;
const tell = `require('node:net').connect(process.argv[1])
  .on('connect', function () { this.end(process.argv[2]); })
  .on('error', () => process.exit(3));`;

export class SingleInstance implements Disposable {
  #server: Server | null = null;

  get isHeld(): boolean {
    return this.#server !== null;
  }

  /** Synchronous, as in Electron. @returns whether this is the first; if not, the first was told. */
  tryToHold(
    userDataFolder: string,
    notice: InstanceNotice,
    onLaterInstance: (notice: InstanceNotice) => void,
  ): boolean {
    if (this.isHeld) return true;
    const address = addressOf(userDataFolder);
    if (existsSync(address)) {
      const told = spawnSync(nodePath, ['-e', tell, address, JSON.stringify(notice)], {
        timeout: tellLimitMs,
      });
      if (told.status === 0) return false;
      // Left behind by an instance that was killed.
      rmSync(address, { force: true });
    }
    this.#server = createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8');
      socket.on('error', () => {});
      socket.on('data', (part: string) => {
        text += part;
      });
      socket.on('end', () => onLaterInstance(noticeSchema.parse(JSON.parse(text))));
    }).listen(address);
    this.#server.unref();
    return true;
  }

  [Symbol.dispose](): void {
    this.#server?.close();
    this.#server = null;
  }
}

/** Short, whatever the folder's name: a socket's address has about 100 bytes. */
function addressOf(userDataFolder: string): string {
  const key = createHash('sha256').update(userDataFolder).digest('hex').slice(0, 20);
  return join(tmpdir(), `stand-in-${key}.sock`);
}
