// Which page is ours: the main frame of our own window, showing an address of our own scheme. Nobody else is answered.

export const appScheme = 'app';
export const appHost = 'vedette';
export const appPage = `${appScheme}://${appHost}/index.html`;

export interface Sender {
  /** Of the window the message came from. */
  readonly contentsId: number;
  /** null: the frame is gone or has gone elsewhere since. */
  readonly frame: { readonly url: string; readonly isMain: boolean } | null;
}

/** Compared by scheme and host: the `origin` of such an address is "null". */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === `${appScheme}:` &&
    parsed.host === appHost &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

/** @param ownContentsId of our window; null while there is none. */
export function isOwnPage({ contentsId, frame }: Sender, ownContentsId: number | null): boolean {
  return contentsId === ownContentsId && frame !== null && frame.isMain && isAppUrl(frame.url);
}

/** What a window may load: our own scheme, and what a page makes itself. In a checkout the tools of developers as well. */
export function isAllowedRequest(url: string, isPackaged: boolean): boolean {
  const protocol = URL.parse(url)?.protocol ?? '';
  if (protocol === `${appScheme}:`) return isAppUrl(url);
  if (protocol === 'data:' || protocol === 'blob:') return true;
  return !isPackaged && protocol === 'devtools:';
}

/** The page to open: `/threats/5` becomes `app://vedette/index.html#/threats/5`. */
export function pageAt(route: string): string {
  return route === '' ? appPage : `${appPage}#${route}`;
}
