// How full something is now, with its mean and its highest of the range on the same arc.
import { formatPercent } from '../format/numbers.ts';
import { chartMessages } from '../messages/charts.ts';
import styles from './gauge.module.css';

interface GaugeProps {
  readonly name: string;
  readonly percent: number | null;
  readonly mean: number | null;
  readonly highest: number | null;
  readonly colour: 1 | 2;
}

const widthPx = 132;
const heightPx = 76;
const radiusPx = 56;
const centre = { x: widthPx / 2, y: heightPx - 8 };

export function Gauge({ name, percent, mean, highest, colour }: GaugeProps) {
  const text = percent === null ? '–' : formatPercent(percent);
  const { gauge } = chartMessages;
  return (
    <div className={styles['gauge']}>
      <div
        className={styles['dial']}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent ?? 0)}
        aria-valuetext={text}
      >
        <svg width={widthPx} height={heightPx} viewBox={`0 0 ${widthPx} ${heightPx}`} aria-hidden>
          <path className={styles['track']} d={arc(0, 100)} />
          {percent === null || percent < 0.5 ? null : (
            <path className={styles['value']} data-colour={colour} d={arc(0, percent)} />
          )}
          {mean === null ? null : <path className={styles['mean']} d={notch(mean)} />}
          {highest === null ? null : <path className={styles['highest']} d={notch(highest)} />}
        </svg>
        <span className={styles['number']}>{text}</span>
      </div>
      <p className={styles['name']}>{name}</p>
      {mean === null || highest === null ? null : (
        <p className={styles['rest']}>
          {gauge.mean(formatPercent(mean))}
          <br />
          {gauge.highest(formatPercent(highest))}
        </p>
      )}
    </div>
  );
}

/** From the left over the top to the right. */
function pointOn(percent: number, radius: number): string {
  const angle = Math.PI * (1 - Math.min(100, Math.max(0, percent)) / 100);
  const x = centre.x + radius * Math.cos(angle);
  const y = centre.y - radius * Math.sin(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}

function arc(from: number, to: number): string {
  return `M ${pointOn(from, radiusPx)} A ${radiusPx} ${radiusPx} 0 0 1 ${pointOn(to, radiusPx)}`;
}

function notch(percent: number): string {
  return `M ${pointOn(percent, radiusPx - 6)} L ${pointOn(percent, radiusPx + 6)}`;
}
