// What is known at this moment of how well this machine is protected; the judgement is made elsewhere, from nothing but this.
import type { FolderHealth, Pause, ProtectionEvidence } from '../../shared/protection.ts';
import type { Antivirus } from '../antivirus.ts';
import type { Desk } from './desk.ts';
import type { Lookout } from './lookout.ts';
import { signatureAgeDays } from './signature-age.ts';

export interface EvidenceSources {
  readonly antivirus: Pick<Antivirus, 'engines' | 'pipeline' | 'recorder' | 'store'>;
  readonly desk: Pick<Desk, 'findings' | 'brake' | 'problems'>;
  readonly lookout: Lookout;
  readonly isEnabled: boolean;
  readonly pause: Pause | null;
}

export async function gatherEvidence(sources: EvidenceSources): Promise<ProtectionEvidence> {
  const { antivirus, desk, lookout, isEnabled, pause } = sources;
  const engines = await antivirus.engines();
  const { state, restarts, loopDelayMs, roots } = lookout.health;
  const { on, reason } = desk.brake.state;
  return {
    enabled: isEnabled,
    pause,
    engines: engines.map(({ name, state: engineState, detail }) => ({ name, state: engineState, detail })),
    signature_age_days: signatureAgeDays(engines, Date.now()),
    watcher: {
      state: isEnabled ? state : 'off',
      restarts,
      loop_delay_ms: loopDelayMs,
      folders: roots.map((root): FolderHealth => {
        const canary = lookout.canary.states.find((one) => one.root === root.path);
        return {
          path: root.path,
          state: root.state,
          cause: root.cause,
          remedy: root.remedy,
          removable: root.removable,
          folders: root.folders,
          since: root.sinceMs / 1000,
          canary_ms: canary?.lastMs ?? null,
          canary_at: canary === undefined || canary.answeredAtMs === null ? null : canary.answeredAtMs / 1000,
          canary_missed: canary?.state === 'missed',
        };
      }),
    },
    sweep: lookout.sweep.state,
    backlog: antivirus.pipeline.queueDepth,
    put_off: lookout.realtime.putOff,
    lost_events: antivirus.recorder.totals().lost_events,
    open_findings: desk.findings.openCount(),
    brake: { on, reason },
    problems: [...antivirus.store.health.details, ...desk.problems],
  };
}
