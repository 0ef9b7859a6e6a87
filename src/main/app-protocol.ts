// `app://vedette/`: the built pages, and nothing else under any other name.
import { protocol, type Session } from 'electron';
import { answerPage, type PageSource } from './answer-page.ts';
import { appScheme } from './own-page.ts';

/** Before the app is ready, or never. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveApp(session: Session, source: PageSource): void {
  session.protocol.handle(appScheme, (request) => answerPage(request, source));
}
