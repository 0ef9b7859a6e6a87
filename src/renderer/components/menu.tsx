// A menu of actions on a button.
import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import { Fragment, type ReactElement } from 'react';
import { classes } from './classes.ts';
import styles from './menu.module.css';

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly tone?: 'plain' | 'danger';
  readonly disabled?: boolean;
  /** A line above it. */
  readonly startsGroup?: boolean;
}

interface MenuProps {
  /** A `Button` or an `IconButton`. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'end';
}

export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles['popup']}>
            {items.map(({ label, icon: Icon, onSelect, tone, disabled = false, startsGroup = false }) => (
              <Fragment key={label}>
                {startsGroup ? <Base.Separator className={styles['separator']} /> : null}
                <Base.Item
                  className={classes(styles['item'], tone === 'danger' && styles['danger'])}
                  disabled={disabled}
                  onClick={onSelect}
                >
                  {Icon === undefined ? null : <Icon size={16} aria-hidden />}
                  {label}
                </Base.Item>
              </Fragment>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
