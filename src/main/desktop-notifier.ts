// Shows notifications on the desktop and does what their buttons say. Each is held until it is closed: one that is collected answers no click.
import { Notification as DesktopNotification } from 'electron';
import type { Logger } from '../core/logger.ts';
import type { Notification, NotificationAction, Notifier } from '../core/respond/notifier.ts';
import { messageOf } from '../shared/errors.ts';
import { notificationLook, routeOf } from './notification-options.ts';

export interface DesktopNotifierOptions {
  /** Shows the window at this route. */
  readonly open: (route: string) => void;
  /** False where it did not go through: then a person has to look. */
  readonly act: (
    action: Exclude<NotificationAction, 'show'>,
    findingIds: readonly number[],
  ) => Promise<boolean>;
  readonly logger: Logger;
}

/** As many as a list of notifications shows; older ones lose their buttons, not their findings. */
const maxHeld = 30;

export class DesktopNotifier implements Notifier, Disposable {
  readonly #options: DesktopNotifierOptions;
  readonly #held = new Set<DesktopNotification>();

  constructor(options: DesktopNotifierOptions) {
    this.#options = options;
  }

  /** Something that is not about a finding; a click opens the window. */
  say(title: string, body: string): void {
    this.#show({ title, body, findingIds: [], actions: [], urgency: 'low' }, '');
  }

  notify(notification: Notification): void {
    this.#show(notification, routeOf(notification));
  }

  #show(notification: Notification, route: string): void {
    const { open, logger } = this.#options;
    if (!DesktopNotification.isSupported()) {
      logger.info({ title: notification.title }, 'the desktop shows no notifications');
      return;
    }
    const { actions, ...look } = notificationLook(notification, process.platform);
    const shown = new DesktopNotification({ ...look, actions: [...actions] });
    this.#hold(shown);
    shown.on('click', () => open(route));
    shown.on('action', ({ actionIndex }) => {
      const action = notification.actions[actionIndex];
      if (action !== undefined) void this.#act(action, notification);
      this.#held.delete(shown);
    });
    shown.on('close', () => this.#held.delete(shown));
    shown.on('failed', (_event, error) => {
      this.#held.delete(shown);
      logger.warn({ cause: error }, 'a notification could not be shown');
    });
    shown.show();
  }

  [Symbol.dispose](): void {
    for (const shown of this.#held) shown.close();
    this.#held.clear();
  }

  #hold(shown: DesktopNotification): void {
    this.#held.add(shown);
    for (const oldest of this.#held) {
      if (this.#held.size <= maxHeld) break;
      this.#held.delete(oldest);
    }
  }

  async #act(action: NotificationAction, notification: Notification): Promise<void> {
    const { open, act, logger } = this.#options;
    try {
      if (action === 'show' || !(await act(action, notification.findingIds))) open(routeOf(notification));
    } catch (error) {
      logger.warn({ action, cause: messageOf(error) }, 'what a notification asked for could not be done');
      open(routeOf(notification));
    }
  }
}
