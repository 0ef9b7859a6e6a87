// Runs the steps of a scenario against one service; a plan that rises ends with the first step that is not passed.
import { drive } from './drive.ts';
import type { LoadedService } from './loaded-service.ts';
import { requestsOf, type MixName } from './mixes.ts';
import { shortfallsOf, type ScenarioPlan } from './scenarios.ts';
import type { StepFigures } from './step-figures.ts';

export async function runScenario(
  service: LoadedService,
  plan: ScenarioPlan,
  options: { readonly mix: MixName; readonly connections: number; readonly signal: AbortSignal },
  onStep: (figures: StepFigures) => void = () => {},
): Promise<readonly StepFigures[]> {
  const { mix, connections, signal } = options;
  const done: StepFigures[] = [];
  for (const step of plan.steps) {
    const figures = await drive(service, {
      ...step,
      connections,
      requests: (connection) => requestsOf(mix, service.hashes, connection),
      signal,
    });
    done.push(figures);
    onStep(figures);
    if (plan.holdsAtLeast !== null && shortfallsOf(figures).length > 0) break;
  }
  return done;
}
