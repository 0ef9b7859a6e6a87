// What no page of this app may do: ask for permissions, go elsewhere, open windows, embed others, download, or reach any network.
import type { Session, WebContents } from 'electron';
import type { Logger } from '../core/logger.ts';
import { isAllowedRequest, isAppUrl } from './own-page.ts';

export interface SecurityOptions {
  readonly isPackaged: boolean;
  readonly logger: Logger;
}

export function secureSession(session: Session, { isPackaged, logger }: SecurityOptions): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    const isAllowed = isAllowedRequest(details.url, isPackaged);
    // Not the address: it may hold what a page tried to carry out.
    if (!isAllowed) logger.warn({ type: details.resourceType }, 'a request of a page was refused');
    answer({ cancel: !isAllowed });
  });
}

export function secureContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    // Loading the same page again is all a page may do.
    if (!event.isMainFrame || !isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Neither the content policy nor `webRequest` sees it.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
