// Light, dark or as the system has it; a choice is kept in this browser and set on the page.
import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'vedette.theme';
/** `storage` tells other windows only; this one is told by an event of its own. */
const changed = 'vedette-theme';

/** For the first picture; later changes go through `useTheme`. */
export function applyTheme(theme: Theme = storedTheme()): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function useTheme(): { readonly theme: Theme; readonly setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribe, storedTheme);
  return { theme, setTheme };
}

function setTheme(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Storage that is full or forbidden: the theme holds for this window at least.
  }
  applyTheme(theme);
  window.dispatchEvent(new Event(changed));
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return themes.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

function subscribe(listener: () => void): () => void {
  function onChange(): void {
    applyTheme();
    listener();
  }
  window.addEventListener('storage', onChange);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener('storage', onChange);
    window.removeEventListener(changed, listener);
  };
}
