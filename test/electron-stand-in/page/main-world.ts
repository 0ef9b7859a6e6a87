// What runs in the page's own world before its scripts: it puts there what preload exposes, frozen, and nothing else.
// The function's own text is injected: it uses nothing from outside itself.
/* oxlint-disable unicorn/consistent-function-scoping -- the text of the whole function is what runs in the page */
import type { BridgeMessage, startBridge } from './bridge.ts';
import type { PageWindow } from './page-messages.ts';
import type { claimVisibility } from './visibility.ts';

export function runMainWorld(
  page: PageWindow,
  start: typeof startBridge,
  claim: typeof claimVisibility,
  token: string,
): void {
  function freeze(value: unknown): unknown {
    if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    }
    return value;
  }

  function receive(message: BridgeMessage): void {
    if (message.kind === 'visibility') claim(page, message.isHidden);
    if (message.kind !== 'expose') return;
    const value = freeze(bridge.unwrap(message.value));
    Object.defineProperty(page, message.key, { value, enumerable: true });
  }

  const bridge = start(page, `${token}-main`, `${token}-isolated`, receive);
}
