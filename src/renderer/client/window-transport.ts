// The carrier of the window: what preload put at `window.vedette`; null in a browser.
import type { PageTransport } from '../../shared/page-transport.ts';

export function windowTransport(): PageTransport | null {
  const found: unknown = Reflect.get(window, 'vedette');
  return isTransport(found) ? found : null;
}

function isTransport(value: unknown): value is PageTransport {
  return typeof value === 'object' && value !== null && 'call' in value && 'on' in value && 'drop' in value;
}
