// Which shortcut a key press is; none while somebody types.
import { pageNames, type PageName } from '../client/page-names.ts';

/** Alt and a digit opens them; the guide is for the first day. */
export const shortcutPages = pageNames.filter((name) => name !== 'guide');

export type Shortcut =
  | { readonly kind: 'page'; readonly page: PageName }
  | { readonly kind: 'search' }
  | { readonly kind: 'help' };

export interface KeyPress {
  readonly key: string;
  /** The key by its place: Alt changes what a digit types on some keyboards. */
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  /** The focus is where text goes. */
  readonly isTyping: boolean;
}

export function shortcutOf({ key, code, altKey, ctrlKey, metaKey, isTyping }: KeyPress): Shortcut | null {
  if (ctrlKey || metaKey) return null;
  if (altKey) {
    const digit = /^Digit([1-9])$/.exec(code)?.[1];
    const page = digit === undefined ? undefined : shortcutPages[Number(digit) - 1];
    return page === undefined ? null : { kind: 'page', page };
  }
  if (isTyping) return null;
  if (key === '/') return { kind: 'search' };
  return key === '?' ? { kind: 'help' } : null;
}
