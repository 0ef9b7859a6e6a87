// How people hear of findings where they are: the port that a desktop fills, and the line that is enough without one.

export type NotificationAction = 'quarantine' | 'allow' | 'show';

export interface Notification {
  /** Plain text, safe to show: no character in it steers anything. Never to be taken for markup. */
  readonly title: string;
  readonly body: string;
  /** What it is about, as many as one call takes; `show` opens them. */
  readonly findingIds: readonly number[];
  readonly actions: readonly NotificationAction[];
  readonly urgency: 'low' | 'normal' | 'critical';
}

export interface Notifier {
  notify(notification: Notification): void;
}

/** For machines without a display: one line each. */
export function logNotifier(write: (line: string) => void): Notifier {
  return { notify: ({ title, body }) => write(`${title}: ${body}`) };
}
