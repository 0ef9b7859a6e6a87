// The keyboard keeps its place: when what had the focus is gone, the next thing has it; what was disabled for a moment gets it back.
import { useEffect, type RefObject } from 'react';

type Focusable = HTMLElement | SVGElement;

const focusable = 'a[href], button, input, textarea, summary, [tabindex]:not([tabindex="-1"])';

export function useKeptFocus(mainRef: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const main = mainRef.current;
    if (main === null) return undefined;
    let last: Focusable | null = null;
    /** What the keyboard reaches, in its order, when `last` got the focus. */
    let order: readonly Focusable[] = [];
    let frame: number | null = null;

    function remember({ target }: FocusEvent): void {
      if (!isFocusable(target) || main?.contains(target) !== true) return;
      last = target;
      order = [...main.querySelectorAll<Focusable>(focusable)];
    }

    // Who presses beside everything wants the focus nowhere.
    function forget(): void {
      last = null;
    }

    function look(): void {
      frame = null;
      if (last === null || document.activeElement !== document.body) return;
      // A dialog that is open has the keyboard to itself.
      if (document.querySelector('[data-modal]') !== null) return;
      if (last.isConnected) {
        // One that is disabled for a moment is waited for.
        if (!last.matches(':disabled')) last.focus({ preventScroll: true });
        return;
      }
      const place = order.indexOf(last);
      const near = [...order.slice(place + 1), ...order.slice(0, Math.max(0, place)).toReversed()];
      const next = near.find((element) => element.isConnected && !element.matches(':disabled'));
      (next ?? main?.querySelector<HTMLElement>('h1[tabindex]'))?.focus({ preventScroll: true });
    }

    // On its way from one thing to another the focus is nowhere for a moment, and what it leaves may change then.
    const observer = new MutationObserver(() => {
      frame ??= requestAnimationFrame(look);
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
      if (frame !== null) cancelAnimationFrame(frame);
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', forget, true);
    };
  }, [mainRef]);
}

function isFocusable(target: EventTarget | null): target is Focusable {
  return target instanceof HTMLElement || target instanceof SVGElement;
}
