// Where in a chart its plot lies: the same left and right edge in every chart, so that they line up below each other.

/** Room for the labels of the value axis. */
export const axisWidthPx = 54;
export const rightMarginPx = 14;
export const timeAxisHeightPx = 24;
/** Above the plot, so that the uppermost label is not cut off. */
const topMarginPx = 10;
const markerRowPx = 26;
const tickEveryPx = 68;

export interface PlotFrame {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export function plotFrame(widthPx: number, heightPx: number, hasMarkers: boolean): PlotFrame {
  const top = hasMarkers ? markerRowPx : topMarginPx;
  return {
    top,
    left: axisWidthPx,
    width: Math.max(0, widthPx - axisWidthPx - rightMarginPx),
    height: Math.max(0, heightPx - top - timeAxisHeightPx),
  };
}

export function timeTickCount(frame: PlotFrame): number {
  return Math.max(2, Math.floor(frame.width / tickEveryPx));
}
