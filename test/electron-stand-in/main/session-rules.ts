// What the app has told its one session: schemes it serves, requests it looks at, permissions it gives.
import type { CallbackResponse, CustomScheme, HeadersReceivedResponse } from 'electron';

export interface RequestDetails {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  readonly webContentsId: number;
  readonly referrer: string;
  readonly timestamp: number;
}

export interface ResponseDetails extends RequestDetails {
  readonly statusCode: number;
  readonly statusLine: string;
  readonly responseHeaders: Readonly<Record<string, readonly string[]>>;
}

export type BeforeRequest = (details: RequestDetails, answer: (response: CallbackResponse) => void) => void;
export type HeadersReceived = (
  details: ResponseDetails,
  answer: (response: HeadersReceivedResponse) => void,
) => void;
export type PermissionRequest = (
  webContents: unknown,
  permission: string,
  answer: (isGranted: boolean) => void,
  details: object,
) => void;
export type PermissionCheck = (
  webContents: unknown,
  permission: string,
  origin: string,
  details: object,
) => boolean;
export type DevicePermission = (details: object) => boolean;
export type SchemeHandler = (request: Request) => Response | Promise<Response>;

interface SessionRules {
  readonly privileges: Map<string, NonNullable<CustomScheme['privileges']>>;
  readonly schemes: Map<string, SchemeHandler>;
  beforeRequest: { readonly filter: UrlFilter; readonly listener: BeforeRequest } | null;
  headersReceived: { readonly filter: UrlFilter; readonly listener: HeadersReceived } | null;
  permissionRequest: PermissionRequest | null;
  permissionCheck: PermissionCheck | null;
  devicePermission: DevicePermission | null;
}

export type UrlFilter = (url: string) => boolean;

export const sessionRules: SessionRules = {
  privileges: new Map(),
  schemes: new Map(),
  beforeRequest: null,
  headersReceived: null,
  permissionRequest: null,
  permissionCheck: null,
  devicePermission: null,
};

/** @param patterns such as `https://*` + `/*` or `<all_urls>`; a star stands for anything */
export function urlFilter(patterns: readonly string[]): UrlFilter {
  const expressions = patterns.map((pattern) =>
    pattern === '<all_urls>'
      ? /^/
      : new RegExp(
          `^${pattern
            .split('*')
            .map((part) => RegExp.escape(part))
            .join('.*')}$`,
        ),
  );
  return (url) => expressions.some((expression) => expression.test(url));
}
