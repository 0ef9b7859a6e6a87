// The keyboard keeps its place: when what had the focus is gone, the next thing has it; what was disabled for a moment gets it back.
import { useEffect, type RefObject } from 'react';

const focusable = 'a[href], button, input, textarea, summary, [tabindex]:not([tabindex="-1"])';

export function useKeptFocus(mainRef: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const main = mainRef.current;
    if (main === null) return undefined;
    let last: HTMLElement | null = null;
    /** What the keyboard reaches, in its order, when `last` got the focus. */
    let order: readonly HTMLElement[] = [];

    function remember({ target }: FocusEvent): void {
      if (!(target instanceof HTMLElement) || main?.contains(target) !== true) return;
      last = target;
      order = [...main.querySelectorAll<HTMLElement>(focusable)];
    }

    // Who presses beside everything wants the focus nowhere.
    function forget(): void {
      last = null;
    }

    const observer = new MutationObserver(() => {
      if (last === null || document.activeElement !== document.body) return;
      // A dialog that is open has the keyboard to itself.
      if (document.querySelector('[data-modal]') !== null) return;
      const place = order.indexOf(last);
      const near = [last, ...order.slice(place + 1), ...order.slice(0, Math.max(0, place)).toReversed()];
      const next = near.find((element) => element.isConnected && !element.matches(':disabled'));
      // One that is disabled for a moment is waited for.
      if (last.isConnected && next !== last) return;
      (next ?? main.querySelector<HTMLElement>('h1[tabindex]'))?.focus({ preventScroll: true });
    });
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled'],
    });
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', forget, true);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', forget, true);
    };
  }, [mainRef]);
}
