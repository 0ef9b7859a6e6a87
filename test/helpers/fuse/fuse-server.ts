// The thread that serves a mount: a tree of files that can only be read, by the protocol of fuse(4); it ends with the mount.
import { Buffer } from 'node:buffer';
import { constants } from 'node:os';
import { readSync, writeSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

export interface ServedFiles {
  /** By path below the mount; folders come of themselves. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders that cannot be listed, and files that cannot be read from this byte on: EIO. */
  readonly broken?: Readonly<Record<string, number>>;
  /** After so many reads of files nothing answers but ENODEV, as if it had been pulled out. */
  readonly readsUntilGone?: number;
}

interface Node {
  readonly name: string;
  readonly path: string;
  readonly content: Buffer | null;
  readonly children: number[];
}

const opcodes = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  open: 14,
  read: 15,
  statfs: 17,
  release: 18,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  interrupt: 36,
  batchForget: 42,
} as const;
const { EIO, ENODEV, ENOENT, ENOSYS } = constants.errno;
const none = Buffer.alloc(0);

class Server {
  readonly #device: number;
  readonly #served: ServedFiles;
  /** By number less one: the root is 1. */
  readonly #nodes: Node[] = [{ name: '', path: '', content: null, children: [] }];
  #reads = 0;

  constructor(device: number, served: ServedFiles) {
    this.#device = device;
    this.#served = served;
    for (const [path, content] of Object.entries(served.files))
      this.#add(path, Buffer.from(content, 'latin1'));
  }

  run(): void {
    const request = Buffer.alloc(1024 * 1024);
    for (;;) {
      let length: number;
      try {
        length = readSync(this.#device, request, 0, request.length, null);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
        // ENODEV: it was unmounted.
        return;
      }
      this.#serve(request.subarray(0, length));
    }
  }

  #add(path: string, content: Buffer | null): number {
    const known = this.#nodes.findIndex((node) => node.path === path);
    if (known !== -1) return known + 1;
    const slash = path.lastIndexOf('/');
    const parent = slash === -1 ? 1 : this.#add(path.slice(0, slash), null);
    const number = this.#nodes.push({ name: path.slice(slash + 1), path, content, children: [] });
    this.#nodes[parent - 1]?.children.push(number);
    return number;
  }

  #serve(request: Buffer): void {
    const opcode = request.readUInt32LE(4);
    if (opcode === opcodes.forget || opcode === opcodes.batchForget || opcode === opcodes.interrupt) return;
    const unique = request.readBigUInt64LE(8);
    const answer = this.#answer(opcode, Number(request.readBigUInt64LE(16)), request.subarray(40));
    const body = typeof answer === 'number' ? none : answer;
    const head = Buffer.alloc(16);
    head.writeUInt32LE(head.length + body.length, 0);
    head.writeInt32LE(typeof answer === 'number' ? -answer : 0, 4);
    head.writeBigUInt64LE(unique, 8);
    try {
      writeSync(this.#device, Buffer.concat([head, body]));
    } catch {
      // Who asked is gone.
    }
  }

  /** The number of an error, or the body of the answer. */
  #answer(opcode: number, number: number, body: Buffer): Buffer | number {
    const node = this.#nodes[number - 1];
    if (opcode === opcodes.init) return initAnswer(body);
    if (this.#reads > (this.#served.readsUntilGone ?? Number.POSITIVE_INFINITY)) return ENODEV;
    if (node === undefined) return ENOENT;
    switch (opcode) {
      case opcodes.lookup:
        return this.#lookup(node, body.toString('utf8', 0, body.length - 1));
      case opcodes.getattr:
        return Buffer.concat([Buffer.alloc(16), attributes(number, node)]);
      case opcodes.open:
      case opcodes.opendir:
        return Buffer.alloc(16);
      case opcodes.read:
        return this.#read(node, Number(body.readBigUInt64LE(8)), body.readUInt32LE(16));
      case opcodes.readdir:
        return this.#list(node, Number(body.readBigUInt64LE(8)));
      case opcodes.statfs:
        return Buffer.alloc(80);
      case opcodes.release:
      case opcodes.releasedir:
        return none;
      default:
        return ENOSYS;
    }
  }

  #lookup(folder: Node, name: string): Buffer | number {
    const number = folder.children.find((child) => this.#nodes[child - 1]?.name === name);
    const node = this.#nodes[(number ?? 0) - 1];
    if (number === undefined || node === undefined) return ENOENT;
    const entry = Buffer.alloc(40);
    entry.writeBigUInt64LE(BigInt(number), 0);
    return Buffer.concat([entry, attributes(number, node)]);
  }

  #read(node: Node, offset: number, length: number): Buffer | number {
    this.#reads += 1;
    if (this.#reads > (this.#served.readsUntilGone ?? Number.POSITIVE_INFINITY)) return ENODEV;
    const brokenFrom = this.#served.broken?.[node.path] ?? Number.POSITIVE_INFINITY;
    if (offset + length > brokenFrom && offset >= brokenFrom) return EIO;
    return node.content?.subarray(offset, Math.min(offset + length, brokenFrom)) ?? EIO;
  }

  #list(node: Node, offset: number): Buffer | number {
    if (this.#served.broken?.[node.path] !== undefined) return EIO;
    if (offset > 0) return none;
    return Buffer.concat(
      node.children.map((number, index) => {
        const child = this.#nodes[number - 1];
        const name = Buffer.from(child?.name ?? '');
        const entry = Buffer.alloc(24 + Math.ceil(name.length / 8) * 8);
        entry.writeBigUInt64LE(BigInt(number), 0);
        entry.writeBigUInt64LE(BigInt(index + 1), 8);
        entry.writeUInt32LE(name.length, 16);
        entry.writeUInt32LE(child?.content === null ? 4 : 8, 20);
        name.copy(entry, 24);
        return entry;
      }),
    );
  }
}

function initAnswer(body: Buffer): Buffer {
  const answer = Buffer.alloc(64);
  answer.writeUInt32LE(7, 0);
  answer.writeUInt32LE(Math.min(31, body.readUInt32LE(4)), 4);
  // `max_readahead` at 8 stays nought: which read fails is for the test to say.
  answer.writeUInt32LE(4096, 20);
  return answer;
}

function attributes(number: number, { content }: Node): Buffer {
  const bytes = Buffer.alloc(88);
  bytes.writeBigUInt64LE(BigInt(number), 0);
  bytes.writeBigUInt64LE(BigInt(content?.length ?? 0), 8);
  // A time that is long past: nobody takes it for a file that is being written.
  for (const at of [24, 32, 40]) bytes.writeBigUInt64LE(1_000_000_000n, at);
  bytes.writeUInt32LE(content === null ? 0o40_755 : 0o100_644, 60);
  bytes.writeUInt32LE(1, 64);
  return bytes;
}

if (!isMainThread) {
  const { device, files }: { device: number; files: ServedFiles } = workerData;
  new Server(device, files).run();
}
