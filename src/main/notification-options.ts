// How a notification of the core is said to this desktop: nothing in it is markup, and each button is one action.
import type { Notification, NotificationAction } from '../core/respond/notifier.ts';

export interface NotificationLook {
  readonly title: string;
  readonly body: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  readonly timeoutType: 'default' | 'never';
  readonly actions: readonly { readonly type: 'button'; readonly text: string }[];
}

const labels: Readonly<Record<NotificationAction, string>> = {
  quarantine: 'Quarantine',
  allow: 'Allow',
  show: 'Show',
};

export function notificationLook(
  { title, body, actions, urgency }: Notification,
  platform: NodeJS.Platform,
): NotificationLook {
  return {
    // Only the body may hold markup (Desktop Notifications Specification, "Markup"); elsewhere the text is a text.
    title,
    body: platform === 'linux' ? escapeMarkup(body) : body,
    urgency,
    timeoutType: urgency === 'critical' ? 'never' : 'default',
    actions: actions.map((action) => ({ type: 'button', text: labels[action] })),
  };
}

/** Where a click leads: to the finding, or to the list where there are many. */
export function routeOf({ findingIds }: Notification): string {
  const [first, ...more] = findingIds;
  return first === undefined || more.length > 0 ? '/threats' : `/threats/${first}`;
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
