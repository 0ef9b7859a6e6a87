// The text of what is injected into a page: our own functions as Node has them, without their types.
import { startBridge } from './bridge.ts';
import { makeCodec } from './codec.ts';
import { makeEmitter } from './emitter.ts';
import { runIsolatedWorld } from './isolated-world.ts';
import { runMainWorld } from './main-world.ts';
import type { PageEnvironment } from './page-messages.ts';
import { claimVisibility } from './visibility.ts';

/** @param token names the events between the two worlds; a page cannot guess it */
export function mainWorldSource(token: string): string {
  return callText(
    runMainWorld,
    'globalThis',
    String(startBridge),
    String(claimVisibility),
    JSON.stringify(token),
  );
}

/** Preload runs in the main frame only, as without `nodeIntegrationInSubFrames`. */
export function isolatedWorldSource(token: string, environment: PageEnvironment, preload: string): string {
  const parts = Object.entries({ startBridge, makeCodec, makeEmitter, claimVisibility });
  const partsText = `{ ${parts.map(([name, part]) => `${name}: ${String(part)}`).join(', ')} }`;
  const preloadText = `function (require, process, module, exports) {\n${preload}\n}`;
  const given = [JSON.stringify(token), JSON.stringify(environment), preloadText];
  return `if (window === window.top) ${callText(runIsolatedWorld, 'globalThis', partsText, ...given)}`;
}

function callText(called: { toString(): string }, ...args: readonly string[]): string {
  return `(${called.toString()})(${args.join(', ')})`;
}
