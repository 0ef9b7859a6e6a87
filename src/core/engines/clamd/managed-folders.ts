// Where our clamd keeps its things: below the data folder, except what is faster in memory or has a path too long for a socket.
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePath, pathBytes } from '../../files/raw-path.ts';
import { makePrivateFolder, roomyMemoryFolder, sweepPrivateFolders } from './private-folder.ts';
import type { ClaimedFolder } from './claim-folder.ts';
import type { ClamdAddress } from './target.ts';

export interface ManagedFolders extends Disposable {
  readonly address: ClamdAddress;
  readonly folder: string;
  readonly configPath: string;
  readonly pidPath: string;
  readonly logPath: string;
  readonly databaseDir: string;
  readonly temporaryDir: string;
}

/** `sun_path` is 108 bytes on Linux and 104 on macOS and the BSDs, the closing NUL included. */
const longestSocketPathBytes = process.platform === 'linux' ? 107 : 103;

/**
 * Makes the folders, after sweeping what an earlier run left. The caller has made sure that its clamd is gone.
 * @throws the error of the file system.
 */
export async function prepareManagedFolders(
  { path: folder, ...claim }: ClaimedFolder,
  maxScanBytes: number,
): Promise<ManagedFolders> {
  chmodSync(encodePath(folder), 0o700);
  const runtimeDir = process.env['XDG_RUNTIME_DIR'] ?? tmpdir();
  for (const parent of new Set(['/dev/shm', runtimeDir, tmpdir()])) sweepPrivateFolders(parent, folder);

  const made: string[] = [];
  function makeIn(parent: string): string {
    const path = makePrivateFolder(parent, folder);
    made.push(path);
    return path;
  }
  const temporaryDir = join(folder, 'temporary');
  rmSync(encodePath(temporaryDir), { recursive: true, force: true });
  const memory = process.platform === 'linux' ? roomyMemoryFolder(maxScanBytes) : null;
  const ownSocket = join(folder, 'clamd.sock');
  const folders = {
    folder,
    configPath: join(folder, 'clamd.conf'),
    pidPath: join(folder, 'clamd.pid'),
    logPath: join(folder, 'clamd.log'),
    databaseDir: join(folder, 'database'),
    temporaryDir: memory === null ? temporaryDir : makeIn(memory),
  };
  const address = await chooseAddress(ownSocket, () => makeIn(runtimeDir));
  return {
    ...folders,
    address,
    [Symbol.dispose](): void {
      const socket = address.kind === 'unix' ? [address.path] : [];
      for (const path of [...socket, ...made, temporaryDir, folders.pidPath]) {
        rmSync(encodePath(path), { recursive: true, force: true });
      }
      claim[Symbol.dispose]();
    },
  };
}

/** Empties the temporary folder: what a clamd that died has left there is of no use to the next. */
export function resetTemporaryFolder(folders: ManagedFolders): void {
  rmSync(encodePath(folders.temporaryDir), { recursive: true, force: true });
  mkdirSync(encodePath(folders.temporaryDir), { mode: 0o700 });
}

async function chooseAddress(ownSocket: string, makeFolder: () => string): Promise<ClamdAddress> {
  if (process.platform === 'win32') return { kind: 'tcp', host: '127.0.0.1', port: await freePort() };
  const isShortEnough = pathBytes(ownSocket).length <= longestSocketPathBytes;
  return { kind: 'unix', path: isShortEnough ? ownSocket : join(makeFolder(), 'clamd.sock') };
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => {
        if (bound === null || typeof bound === 'string') reject(new TypeError('a TCP server has no port'));
        else resolvePort(bound.port);
      });
    });
  });
}
