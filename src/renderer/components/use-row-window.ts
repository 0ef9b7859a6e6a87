// Follows how far a table is scrolled and how high its rows are; short tables scroll with their page.
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { rowWindow, windowedFrom, type RowWindow } from './table-window.ts';

/** Until the first row was measured. */
const likelyRowHeight = 41;
const likelyViewHeight = 600;

interface FollowedWindow {
  readonly scrollRef: RefObject<HTMLDivElement | null>;
  readonly bodyRef: RefObject<HTMLTableSectionElement | null>;
  readonly window: RowWindow;
  readonly isWindowed: boolean;
  readonly onScroll: () => void;
}

export function useRowWindow(rows: number): FollowedWindow {
  const scrollRef = useRef<HTMLDivElement>(null);
  const bodyRef = useRef<HTMLTableSectionElement>(null);
  const [place, setPlace] = useState({
    rowHeight: likelyRowHeight,
    scrollTop: 0,
    viewHeight: likelyViewHeight,
  });
  const isWindowed = rows > windowedFrom;

  const measure = useCallback(() => {
    const scroll = scrollRef.current;
    const row = bodyRef.current?.querySelector('tr[data-row]');
    if (scroll === null || row === null || row === undefined) return;
    const rowHeight = row.getBoundingClientRect().height;
    const { scrollTop, clientHeight: viewHeight } = scroll;
    setPlace((before) =>
      before.rowHeight === rowHeight && before.scrollTop === scrollTop && before.viewHeight === viewHeight
        ? before
        : { rowHeight, scrollTop, viewHeight },
    );
  }, []);

  useLayoutEffect(() => {
    if (!isWindowed || scrollRef.current === null) return undefined;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scrollRef.current);
    return () => observer.disconnect();
  }, [isWindowed, measure]);

  return { scrollRef, bodyRef, window: rowWindow({ rows, ...place }), isWindowed, onScroll: measure };
}
