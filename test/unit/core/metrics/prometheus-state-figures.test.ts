// How protection stands, in figures: of the one that watches, and none where nobody does.
import { expect, test } from 'vitest';
import { PrometheusExposition } from '../../../../src/core/metrics/prometheus.ts';
import type { Protection, ProtectionEvidence } from '../../../../src/shared/protection.ts';
import { evidenceOf, folderOf } from '../respond/samples.ts';
import { exampleView, samplesIn } from './prometheus-example.ts';

async function figuresOf(given: Protection | null): Promise<Readonly<Record<string, number>>> {
  const samples = samplesIn(await new PrometheusExposition(() => exampleView).render(given));
  const before = samplesIn(await new PrometheusExposition(() => exampleView).render());
  return Object.fromEntries(Object.entries(samples).filter(([series]) => !(series in before)));
}

function protection(changes: Partial<ProtectionEvidence>): Protection {
  return { state: 'reduced', sentence: 'So.', advice: [], evidence: evidenceOf(changes) };
}

test('is told in base units, with each state it could be in', async () => {
  const figures = await figuresOf(
    protection({
      engines: [
        { name: 'clamav', state: 'unavailable', detail: '' },
        { name: 'yara', state: 'ready', detail: '' },
      ],
      signature_age_days: 2,
      open_findings: 3,
      put_off: 4,
      brake: { on: true, reason: 'x' },
      watcher: {
        ...evidenceOf().watcher,
        folders: [
          folderOf('/a', { canary_ms: 300 }),
          folderOf('/b', { state: 'degraded', canary_ms: 900, canary_missed: true }),
          folderOf('/c', { canary_ms: null }),
        ],
      },
    }),
  );
  expect(figures).toEqual({
    'rt_protection_state{state="protected"}': 0,
    'rt_protection_state{state="reduced"}': 1,
    'rt_protection_state{state="attention"}': 0,
    'rt_protection_state{state="threat"}': 0,
    'rt_protection_state{state="paused"}': 0,
    'rt_protection_state{state="off"}': 0,
    'rt_protection_state{state="not_running"}': 0,
    'rt_protection_engine_state{engine="clamav",state="ready"}': 0,
    'rt_protection_engine_state{engine="clamav",state="reduced"}': 0,
    'rt_protection_engine_state{engine="clamav",state="unavailable"}': 1,
    'rt_protection_engine_state{engine="yara",state="ready"}': 1,
    'rt_protection_engine_state{engine="yara",state="reduced"}': 0,
    'rt_protection_engine_state{engine="yara",state="unavailable"}': 0,
    rt_protection_signature_age_seconds: 172_800,
    rt_protection_open_findings: 3,
    'rt_protection_watched_folders{state="watching"}': 2,
    'rt_protection_watched_folders{state="starting"}': 0,
    'rt_protection_watched_folders{state="degraded"}': 1,
    'rt_protection_watched_folders{state="gone"}': 0,
    rt_protection_canary_latency_seconds: 0.9,
    rt_protection_canaries_missed: 1,
    rt_protection_put_off: 4,
    rt_protection_brake: 1,
  });
});

test('has no figure for what nobody can tell', async () => {
  expect(await figuresOf(null)).toEqual({});
  const figures = await figuresOf(
    protection({ signature_age_days: null, engines: [], watcher: { ...evidenceOf().watcher, folders: [] } }),
  );
  expect(Object.keys(figures).filter((series) => /signature|engine|canary_latency/.test(series))).toEqual([]);
});
