// When a page is opened: the window's title, the top of the page, and the focus on its heading, for who cannot see the change.
import { useEffect, useRef, type RefObject } from 'react';
import type { PageName } from '../client/page-names.ts';
import { frameMessages, pageTitles } from '../messages/frame.ts';

/** A page that takes longer than this to load gets no focus any more: the person is elsewhere. */
const focusDeadlineMs = 3000;

export function usePageOpening(
  page: PageName,
  openThreats: number,
  mainRef: RefObject<HTMLElement | null>,
): void {
  const before = useRef<PageName | null>(null);

  useEffect(() => {
    document.title = frameMessages.documentTitle(pageTitles[page], openThreats);
  }, [page, openThreats]);

  useEffect(() => {
    const isFirst = before.current === null;
    const isSame = before.current === page;
    before.current = page;
    const main = mainRef.current;
    // The window has just been opened: the focus is where the browser has put it.
    if (isFirst || isSame || main === null) return undefined;
    window.scrollTo(0, 0);
    if (focusHeading(main)) return undefined;
    const observer = new MutationObserver(() => focusHeading(main) && observer.disconnect());
    observer.observe(main, { childList: true, subtree: true });
    const timer = setTimeout(() => observer.disconnect(), focusDeadlineMs);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [page, mainRef]);
}

function focusHeading(main: HTMLElement): boolean {
  const heading = main.querySelector<HTMLElement>('h1[tabindex]');
  heading?.focus({ preventScroll: true });
  return heading !== null;
}
