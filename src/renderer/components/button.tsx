// A button; one that cannot be used now stays reachable and says why.
import { Button as Base } from '@base-ui/react/button';
import { LoaderCircle, type LucideIcon } from 'lucide-react';
import { useId, type ComponentProps } from 'react';
import { classes } from './classes.ts';
import styles from './button.module.css';
import { Tooltip } from './tooltip.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

export type ButtonTone = 'primary' | 'plain' | 'danger' | 'quiet';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  readonly tone?: ButtonTone | undefined;
  readonly icon?: LucideIcon | undefined;
  /** What it started goes on: it shows that, and cannot be pressed again. */
  readonly busy?: boolean | undefined;
  /** Why it cannot be used now; it can when this is empty. */
  readonly disabledReason?: string | undefined;
  readonly disabled?: boolean | undefined;
}

const iconPixels = 16;

export function Button({
  tone = 'plain',
  icon,
  busy = false,
  disabledReason = '',
  disabled = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const Icon = busy ? LoaderCircle : icon;
  const hasReason = disabledReason !== '';
  const button = (
    <Base
      {...rest}
      className={classes(styles['button'], styles[tone], isBlank(children) && styles['iconOnly'], className)}
      disabled={disabled || hasReason || busy}
      focusableWhenDisabled={hasReason || busy}
      aria-busy={busy || undefined}
      {...(hasReason ? { 'aria-describedby': reasonId } : {})}
    >
      {Icon === undefined ? null : (
        <Icon size={iconPixels} aria-hidden className={busy ? styles['spinner'] : undefined} />
      )}
      {children}
    </Base>
  );
  if (!hasReason) return button;
  return (
    <>
      <Tooltip text={disabledReason}>{button}</Tooltip>
      <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden>
    </>
  );
}

function isBlank(children: unknown): boolean {
  return children === undefined || children === null || children === false;
}

interface LinkButtonProps extends ComponentProps<'a'> {
  readonly tone?: ButtonTone | undefined;
  readonly icon?: LucideIcon | undefined;
}

/** Looks like a button and is a link: for what leads to another page. */
export function LinkButton({ tone = 'plain', icon: Icon, children, className, ...rest }: LinkButtonProps) {
  return (
    <a {...rest} className={classes(styles['button'], styles[tone], className)}>
      {Icon === undefined ? null : <Icon size={iconPixels} aria-hidden />}
      {children}
    </a>
  );
}
