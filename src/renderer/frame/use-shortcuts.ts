// Listens for the keys of the frame.
import { useEffect } from 'react';
import { navigate } from '../client/route.ts';
import { shortcutOf } from './shortcut-of.ts';

export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented) return;
      const shortcut = shortcutOf({
        key: event.key,
        code: event.code,
        altKey: event.altKey,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        isTyping: isTyping(event.target),
      });
      // A dialog that is open has the keyboard to itself.
      if (shortcut === null || document.querySelector('[data-modal]') !== null) return;
      switch (shortcut.kind) {
        case 'page':
          navigate(shortcut.page);
          break;
        case 'help':
          onHelp();
          break;
        case 'search': {
          const field = document.querySelector<HTMLInputElement>('[data-page-search]');
          if (field === null) return;
          field.focus();
          field.select();
          break;
        }
      }
      event.preventDefault();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onHelp]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])'))
  );
}
