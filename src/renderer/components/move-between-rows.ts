// The arrow keys take the focus to the same thing in the next row, Home and End to the first and last row there is.
import type { KeyboardEvent } from 'react';

const focusable = 'a[href], button:not([disabled]), [role="checkbox"], [role="switch"], [tabindex="0"]';

export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = target.closest('tr');
  if (row === null) return;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('tr[data-row]')];
  const next = rows[nextIndex(key, rows.indexOf(row), rows.length)];
  if (next === undefined) return;
  const place = [...row.querySelectorAll(focusable)].indexOf(target);
  const there = [...next.querySelectorAll<HTMLElement>(focusable)];
  const goal = there[place] ?? there[0];
  if (goal === undefined) return;
  event.preventDefault();
  goal.focus();
  goal.scrollIntoView({ block: 'nearest' });
}

function nextIndex(key: string, index: number, count: number): number {
  switch (key) {
    case 'ArrowDown':
      return index + 1;
    case 'ArrowUp':
      return index - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return -1;
  }
}
