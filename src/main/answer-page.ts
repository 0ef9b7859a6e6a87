// What a request to our own scheme is answered: a file of the pages, or 404; for another host of the scheme as well.
import type { PageFile } from '../api/page-files.ts';
import { isAppUrl } from './own-page.ts';

export interface PageSource {
  /** By the path of the address; null when there is none. */
  read(urlPath: string): PageFile | null;
  /** Of every file. */
  readonly headers: Readonly<Record<string, string>>;
}

export function answerPage(
  { url, method }: { readonly url: string; readonly method: string },
  source: PageSource,
): Response {
  if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405 });
  const file = isAppUrl(url) ? source.read(new URL(url).pathname) : null;
  if (file === null) return new Response(null, { status: 404, headers: source.headers });
  return new Response(method === 'HEAD' ? null : new Uint8Array(file.bytes), {
    headers: { ...source.headers, ...file.headers, 'content-type': file.type },
  });
}
