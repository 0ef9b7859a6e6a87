import { describe, expect, test } from 'vitest';
import type { Notification } from '../../../src/core/respond/notifier.ts';
import { notificationLook, routeOf } from '../../../src/main/notification-options.ts';

const notification: Notification = {
  title: 'Threat found: a & <b>.exe',
  body: '<img src=x onerror=y> in /home/a&b. It is still there.',
  findingIds: [5],
  actions: ['quarantine', 'allow', 'show'],
  urgency: 'critical',
};

describe('a notification', () => {
  test('has no markup on Linux, where its body could hold some', () => {
    expect(notificationLook(notification, 'linux')).toEqual({
      title: 'Threat found: a & <b>.exe',
      body: '&lt;img src=x onerror=y&gt; in /home/a&amp;b. It is still there.',
      urgency: 'critical',
      timeoutType: 'never',
      actions: [
        { type: 'button', text: 'Quarantine' },
        { type: 'button', text: 'Allow' },
        { type: 'button', text: 'Show' },
      ],
    });
  });

  test.each(['darwin', 'win32'] as const)('is plain text on %s', (platform) => {
    expect(notificationLook(notification, platform).body).toBe(notification.body);
  });

  test('leads to its finding, or to the list where there are many', () => {
    expect(routeOf(notification)).toBe('/threats/5');
    expect(routeOf({ ...notification, findingIds: [5, 6] })).toBe('/threats');
    expect(routeOf({ ...notification, findingIds: [] })).toBe('/threats');
  });
});
