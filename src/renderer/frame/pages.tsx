// The pages by their names; each is loaded when it is first opened.
import { lazy, type ComponentType } from 'react';
import type { PageName } from '../client/page-names.ts';

export const pages: Readonly<Record<PageName, ComponentType>> = {
  overview: lazy(async () => ({
    default: (await import('../pages/overview/overview-page.tsx')).OverviewPage,
  })),
  scan: lazy(async () => ({ default: (await import('../pages/scan/scan-page.tsx')).ScanPage })),
  threats: lazy(async () => ({ default: (await import('../pages/threats/threats-page.tsx')).ThreatsPage })),
  quarantine: lazy(async () => ({
    default: (await import('../pages/quarantine/quarantine-page.tsx')).QuarantinePage,
  })),
  performance: lazy(async () => ({
    default: (await import('../pages/performance/performance-page.tsx')).PerformancePage,
  })),
  engines: lazy(async () => ({ default: (await import('../pages/engines/engines-page.tsx')).EnginesPage })),
  settings: lazy(async () => ({
    default: (await import('../pages/settings/settings-page.tsx')).SettingsPage,
  })),
  guide: lazy(async () => ({ default: (await import('../pages/guide/guide-page.tsx')).GuidePage })),
};
