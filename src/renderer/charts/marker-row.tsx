// Changes of the number of workers above the plot, each with a line down through it; every one can be reached and read.
import { ChevronDown, ChevronUp, ChevronsUpDown } from 'lucide-react';
import { Tooltip } from '../components/tooltip.tsx';
import { markerLabel, markerLines, markerReason } from './marker-texts.ts';
import type { PlotFrame } from './plot-frame.ts';
import type { ScalingMarker } from './scaling-markers.ts';
import styles from './time-chart.module.css';

interface MarkerRowProps {
  readonly markers: readonly ScalingMarker[];
  readonly frame: PlotFrame;
  readonly spanSeconds: number;
  readonly cooldownSeconds: number | null;
}

const icons = { up: ChevronUp, down: ChevronDown, both: ChevronsUpDown } as const;

export function MarkerRow({ markers, frame, spanSeconds, cooldownSeconds }: MarkerRowProps) {
  return markers.map((marker) => {
    const Icon = icons[marker.direction];
    const lines = markerLines(marker, { spanSeconds, cooldownSeconds });
    const text = labelOf(marker);
    return (
      <div
        key={marker.at}
        className={styles['marker']}
        style={{ left: frame.left + marker.x, height: frame.top + frame.height }}
      >
        <Tooltip
          text={lines.map((line) => (
            <span key={line} className={styles['markerLine']}>
              {line}
            </span>
          ))}
        >
          <button
            type="button"
            className={styles['markerButton']}
            data-side={marker.label?.side}
            aria-label={[...(text === null ? [] : [text]), ...lines].join('; ')}
          >
            <Icon size={12} aria-hidden />
            {text === null ? null : <span className={styles['markerText']}>{text}</span>}
          </button>
        </Tooltip>
      </div>
    );
  });
}

function labelOf(marker: ScalingMarker): string | null {
  if (marker.label === null) return null;
  return marker.label.form === 'long' ? markerReason(marker) : markerLabel(marker);
}
