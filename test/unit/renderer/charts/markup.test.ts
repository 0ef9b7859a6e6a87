import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ChartCard } from '../../../../src/renderer/charts/chart-card.tsx';
import { Gauge } from '../../../../src/renderer/charts/gauge.tsx';
import { PointTable } from '../../../../src/renderer/charts/point-table.tsx';
import { PointTooltip } from '../../../../src/renderer/charts/point-tooltip.tsx';
import { scalingMarkers } from '../../../../src/renderer/charts/scaling-markers.ts';
import { nine, points } from './chart-points.ts';

const columns = [
  { figure: 'queueDepth', name: 'Longest queue', text: (count: number) => `${count} files` },
] as const;
const lines = [{ ...columns[0], colour: 1, form: 'line' }] as const;

describe('the table of a chart', () => {
  it('has the points newest first, a word for what is unknown, and no row for a gap', () => {
    const shown = points({ queueDepth: 3 }, { intervalSeconds: 0 }, { queueDepth: null }, { queueDepth: 8 });
    const markup = renderToStaticMarkup(
      createElement(PointTable, { label: 'Queue', points: shown, columns, spanSeconds: 3600, heightPx: 100 }),
    );
    const rows = [...markup.matchAll(/>(\d\d:\d\d)<\/time><\/th><td>([^<]*)<\/td>/g)].map(
      ([, time, text]) => `${time} ${text}`,
    );
    expect(rows).toEqual(['09:04 8 files', '09:03 none', '09:01 3 files']);
  });
});

describe('the tooltip of a point', () => {
  const [mark] = scalingMarkers(
    [
      {
        type: 'scale_up',
        old_workers: 2,
        new_workers: 5,
        queue_depth: 75,
        cpu_percent: 34,
        memory_percent: 41,
        timestamp: nine + 62,
        reason: '',
      },
    ],
    { from: nine, to: nine + 3600, widthPx: 500 },
  );
  const [point = null, gap = null] = points({ queueDepth: 3 }, { intervalSeconds: 0 });
  const rest = {
    lines,
    more: [],
    spanSeconds: 3600,
    markers: mark === undefined ? [] : [mark],
    cooldownSeconds: null,
    nearSeconds: 30,
  };

  it('of the chart that is pointed at says when, what, and which change is near', () => {
    const text = renderToStaticMarkup(createElement(PointTooltip, { ...rest, point, isWhole: true }));
    expect(text).toContain('09:01');
    expect(text).toContain('3 files');
    expect(text).toContain('2 → 5 workers');
  });

  it('of any other chart says its values only', () => {
    const text = renderToStaticMarkup(createElement(PointTooltip, { ...rest, point, isWhole: false }));
    expect(text).toContain('3 files');
    expect(text).not.toContain('09:01');
  });

  it('in a gap says that nothing is known', () => {
    const text = renderToStaticMarkup(createElement(PointTooltip, { ...rest, point: gap, isWhole: true }));
    expect(text).toContain('Nothing was recorded here');
  });
});

describe('a gauge', () => {
  it('says its value to who cannot see it', () => {
    const markup = renderToStaticMarkup(
      createElement(Gauge, { name: 'CPU', percent: 34.4, mean: 20, highest: 91, colour: 1 }),
    );
    expect(markup).toMatch(/role="meter"[^>]*aria-valuenow="34"/);
    expect(markup).toContain('91\u00a0% at most');
  });

  it('without a value draws none', () => {
    const markup = renderToStaticMarkup(
      createElement(Gauge, { name: 'CPU', percent: null, mean: null, highest: null, colour: 1 }),
    );
    expect(markup).toContain('aria-valuetext="–"');
    expect(markup).not.toContain('data-colour');
  });
});

describe('the card of a chart', () => {
  const props = {
    question: 'Do files wait?',
    answer: 'Kept up.',
    points: [],
    columns,
    spanSeconds: 60,
    heightPx: 9,
    children: 'chart',
  };

  it('says its question and its answer before the chart', () => {
    const markup = renderToStaticMarkup(createElement(ChartCard, { ...props, emptyText: null }));
    expect(markup.replaceAll(/<[^>]+>/g, ' ')).toMatch(/Do files wait\?\s+Kept up\.\s+chart/);
  });

  it('without points says when they come, and offers no table', () => {
    const markup = renderToStaticMarkup(createElement(ChartCard, { ...props, emptyText: 'Soon.' }));
    expect(markup).toContain('Soon.');
    expect(markup).not.toContain('<button');
  });
});
