// `Notification`: shown in a list; a test presses it, presses one of its buttons, or closes it.
import { EventEmitter } from 'node:events';
import type { NotificationAction, NotificationConstructorOptions } from 'electron';
import { controlState } from '../control/control-state.ts';

export class Notification extends EventEmitter {
  readonly id: string;
  title: string;
  subtitle: string;
  body: string;
  silent: boolean;
  actions: NotificationAction[];
  closeButtonText: string;
  timeoutType: string;
  urgency: string;

  static isSupported(): boolean {
    return true;
  }

  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.id = options.id ?? '';
    this.title = options.title ?? '';
    this.subtitle = options.subtitle ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.actions = options.actions ?? [];
    this.closeButtonText = options.closeButtonText ?? '';
    this.timeoutType = options.timeoutType ?? 'default';
    this.urgency = options.urgency ?? 'normal';
  }

  show(): void {
    remove(this);
    controlState.notifications.push(this);
    setImmediate(() => this.emit('show', {}));
  }

  close(): void {
    if (remove(this)) this.emit('close', { reason: 'applicationHidden' });
  }
}

function remove(notification: Notification): boolean {
  const index = controlState.notifications.indexOf(notification);
  if (index !== -1) controlState.notifications.splice(index, 1);
  return index !== -1;
}
