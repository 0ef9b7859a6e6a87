// The little of two untyped npm packages that the cross-check calls.
declare module 'clamscan' {
  import type { Readable } from 'node:stream';

  interface Result {
    readonly isInfected: boolean | null;
    readonly viruses: readonly string[];
  }
  interface Options {
    readonly preference: 'none';
    readonly clamdscan: { readonly socket: string; readonly timeout: number };
  }
  export default class NodeClam {
    init(options: Options): Promise<NodeClam>;
    scanStream(stream: Readable): Promise<Result>;
  }
}

declare module 'node-clamav' {
  interface Scanner {
    scanBuffer(bytes: Uint8Array, timeoutMs: number): Promise<string>;
  }
  const nodeClamav: {
    createScanner(host: string, port: number): Scanner;
    isCleanReply(reply: string): boolean;
  };
  export default nodeClamav;
}
