// The frame around every page: the rail, the bar with the state, banners, and the page itself.
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useSlice } from '../client/client-context.ts';
import { navigate, useRoute } from '../client/route.ts';
import { Skeleton } from '../components/skeleton.tsx';
import { frameMessages, pageTitles } from '../messages/frame.ts';
import { Banners } from './banners.tsx';
import { DropZone } from './drop-zone.tsx';
import styles from './frame.module.css';
import { PageBoundary } from './page-boundary.tsx';
import { pages } from './pages.tsx';
import { Rail } from './rail.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { usePageOpening } from './use-page-opening.ts';
import { useShortcuts } from './use-shortcuts.ts';

export function Frame() {
  const { page } = useRoute();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const mainRef = useRef<HTMLElement>(null);
  const openHelp = useCallback(() => setIsHelpOpen(true), []);
  useShortcuts(openHelp);
  usePageOpening(page, useSlice('findings')?.open ?? 0, mainRef);
  useKeptFocus(mainRef);
  useFirstRun();
  const Page = pages[page];
  return (
    <div className={styles['frame']}>
      <a
        className={styles['skip']}
        href="#main"
        onClick={(event) => {
          // The hash of the address is the page.
          event.preventDefault();
          mainRef.current?.focus();
        }}
      >
        {frameMessages.skipLink}
      </a>
      <div className={styles['rail']}>
        <Rail current={page} onShortcuts={openHelp} />
      </div>
      <div className={styles['column']}>
        <TopBar isBrief={page === 'overview'} />
        <main ref={mainRef} id="main" className={styles['main']} tabIndex={-1}>
          <Banners />
          <PageBoundary key={page} title={pageTitles[page]}>
            <Suspense fallback={<Skeleton lines={6} />}>
              <Page />
            </Suspense>
          </PageBoundary>
        </main>
      </div>
      <DropZone />
      <ShortcutsDialog open={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </div>
  );
}

/** The guide opens by itself once, on a Vedette that nobody has used yet. */
function useFirstRun(): void {
  const isDone = useSlice('app')?.guide_done ?? null;
  const wasAsked = useRef(false);
  useEffect(() => {
    if (isDone === null || wasAsked.current) return;
    wasAsked.current = true;
    if (!isDone) navigate('guide');
  }, [isDone]);
}
