// `session`: one for all windows; what the app sets is kept in its rules.
import { EventEmitter } from 'node:events';
import type { WebRequestFilter } from 'electron';
import { protocol } from './protocol.ts';
import {
  sessionRules,
  urlFilter,
  type BeforeRequest,
  type DevicePermission,
  type HeadersReceived,
  type PermissionCheck,
  type PermissionRequest,
  type UrlFilter,
} from './session-rules.ts';

type Filtered<Listener> = [filter: WebRequestFilter, listener: Listener | null] | [listener: Listener | null];

class WebRequest {
  onBeforeRequest(...args: Filtered<BeforeRequest>): void {
    sessionRules.beforeRequest = withFilter(args);
  }

  onHeadersReceived(...args: Filtered<HeadersReceived>): void {
    sessionRules.headersReceived = withFilter(args);
  }
}

class Session extends EventEmitter {
  readonly protocol = protocol;
  readonly webRequest = new WebRequest();

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    sessionRules.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    sessionRules.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: DevicePermission | null): void {
    sessionRules.devicePermission = handler;
  }

  setSpellCheckerEnabled(): void {}
}

const defaultSession = new Session();

export const session = {
  defaultSession,
  fromPartition(): Session {
    return defaultSession;
  },
};

function withFilter<Listener>(args: Filtered<Listener>): { filter: UrlFilter; listener: Listener } | null {
  const [filter, listener] = args.length === 2 ? args : [{ urls: ['<all_urls>'] }, args[0]];
  return listener === null ? null : { filter: urlFilter(filter.urls), listener };
}
