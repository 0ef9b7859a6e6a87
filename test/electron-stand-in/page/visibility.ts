// Makes a document say that it is hidden or seen; Playwright keeps it seen for Chromium, whatever its window does.
// The function's own text runs in both worlds: it uses nothing from outside itself.
import type { PageWindow } from './page-messages.ts';

export function claimVisibility(page: PageWindow, isHidden: boolean): void {
  Object.defineProperties(page.document, {
    hidden: { configurable: true, get: () => isHidden },
    visibilityState: { configurable: true, get: () => (isHidden ? 'hidden' : 'visible') },
  });
}
