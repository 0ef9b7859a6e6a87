// Which page is shown: the hash of the address, so that reload, back and forward and links work as everywhere.
import { useSyncExternalStore } from 'react';
import { pageNames, type PageName } from './page-names.ts';

export interface Route {
  readonly page: PageName;
  /** What stands behind the page: `#/threats/12` → `12`; else null. */
  readonly detail: string | null;
}

export function routeOf(hash: string): Route {
  const [page = '', detail] = hash.replace(/^#\/?/, '').split('/');
  const known = pageNames.find((name) => name === page);
  if (known === undefined) return { page: 'overview', detail: null };
  return { page: known, detail: detail === undefined || detail === '' ? null : decode(detail) };
}

export function hashOf(page: PageName, detail: string | number | null = null): string {
  return detail === null ? `#/${page}` : `#/${page}/${encodeURIComponent(detail)}`;
}

export function navigate(page: PageName, detail: string | number | null = null): void {
  window.location.hash = hashOf(page, detail);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return routeOf(hash);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
