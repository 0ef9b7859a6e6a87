// Times as people read them, on the clock of where they are.

/** `2026-11-22 04:09`; nothing for what has not been. */
export function formatTime(unixSeconds: number | null): string {
  if (unixSeconds === null) return '';
  const time = new Date(unixSeconds * 1000);
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
