// `#/performance/queue` leads to the chart of the queue.
import { useEffect } from 'react';

/** Moves there once it is drawn; the focus goes with it, for who cannot see where the page went. */
export function useShownChart(id: string | null, isDrawn: boolean): void {
  useEffect(() => {
    if (id === null || !isDrawn) return;
    const chart = document.getElementById(id);
    if (chart === null) return;
    chart.scrollIntoView({ block: 'start' });
    chart.focus({ preventScroll: true });
  }, [id, isDrawn]);
}
