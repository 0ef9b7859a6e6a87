// Performance: is it keeping up, what does it cost, is it worth it, what was left out; every answer with its figures.
import { FileDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { SeriesRange } from '../../../shared/page-documents.ts';
import { useRoute } from '../../client/route.ts';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { performanceMessages } from '../../messages/performance.ts';
import { CostCharts, KeepingUpCharts, WorthCharts } from './chart-sections.tsx';
import { CostsPanel } from './costs-panel.tsx';
import { CoveragePanel } from './coverage-panel.tsx';
import styles from './performance-page.module.css';
import { useExport } from './use-export.ts';
import { useSeries, type DrawnSeries } from './use-series.ts';
import { useShownChart } from './use-shown-chart.ts';

const { sections, range: rangeWords, export: exportWords } = performanceMessages;

export function PerformancePage() {
  const { detail } = useRoute();
  // Who comes from a live figure wants to see the same minutes.
  const [range, setRange] = useState<SeriesRange>(detail === null ? '1h' : '5m');
  const { drawn, isLoading, error, reload } = useSeries(range);
  const { isBusy, exportNow } = useExport();
  useShownChart(detail, drawn !== null);

  function charts(draw: (series: DrawnSeries) => ReactNode, lines: number): ReactNode {
    if (drawn !== null) return draw(drawn);
    return error === null ? <Skeleton lines={lines} /> : null;
  }

  return (
    <div className={styles['page']}>
      <PageHeader
        title={performanceMessages.title}
        description={performanceMessages.description}
        actions={
          <>
            <Segmented
              label={rangeWords.label}
              options={rangeWords.options}
              value={range}
              onChange={setRange}
            />
            <Button icon={FileDown} busy={isBusy} onClick={exportNow} title={exportWords.hint}>
              {exportWords.button}
            </Button>
          </>
        }
      />
      {error === null || drawn === null ? null : (
        <Notice tone="attention" title={performanceMessages.stale}>
          {error.message}
        </Notice>
      )}
      <div className={styles['charts']} aria-busy={isLoading}>
        <Section title={sections.keepingUp}>
          {drawn === null && error !== null ? <ErrorState error={error} onRetry={reload} /> : null}
          {charts(
            (known) => (
              <KeepingUpCharts drawn={known} />
            ),
            8,
          )}
        </Section>
        <Section title={sections.cost}>
          {charts(
            (known) => (
              <CostCharts drawn={known} />
            ),
            6,
          )}
          <CostsPanel />
        </Section>
        {drawn === null && error !== null ? null : (
          <Section title={sections.worth}>
            {charts(
              (known) => (
                <WorthCharts drawn={known} />
              ),
              6,
            )}
          </Section>
        )}
        <Section title={sections.coverage}>
          <CoveragePanel />
        </Section>
      </div>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

function Section({ title, children }: SectionProps) {
  return (
    <section className={styles['section']}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
