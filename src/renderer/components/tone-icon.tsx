// One shape a tone: told apart without colour.
import { CircleCheck, CircleMinus, Info, OctagonX, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { Tone } from '../messages/words.ts';
import { classes } from './classes.ts';
import styles from './tone-icon.module.css';

const shapes: Readonly<Record<Tone | 'info', LucideIcon>> = {
  ok: CircleCheck,
  attention: TriangleAlert,
  danger: OctagonX,
  neutral: CircleMinus,
  info: Info,
};

interface ToneIconProps {
  readonly tone: Tone | 'info';
  readonly size?: number;
}

export function ToneIcon({ tone, size = 16 }: ToneIconProps) {
  const Shape = shapes[tone];
  return <Shape size={size} aria-hidden className={classes(styles['icon'], styles[tone])} />;
}
