// A button that is only a picture: its label is its name and its tooltip.
import type { LucideIcon } from 'lucide-react';
import { Button, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly label: string;
  readonly icon: LucideIcon;
}

export function IconButton({ label, tone = 'quiet', disabledReason = '', ...rest }: IconButtonProps) {
  const button = <Button {...rest} tone={tone} disabledReason={disabledReason} aria-label={label} />;
  // With a reason the button has a tooltip of its own.
  return disabledReason === '' ? <Tooltip text={label}>{button}</Tooltip> : button;
}
