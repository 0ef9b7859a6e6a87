// `net`: files of the app, and the machine's own services; there is no network.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

export const net = {
  online: false,
  isOnline(): boolean {
    return false;
  },
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith('file:')) return fetch(input, init);
    const path = fileURLToPath(url);
    const type = contentTypes[extname(path)] ?? 'application/octet-stream';
    return new Response(await readFile(path), { headers: { 'content-type': type } });
  },
};
