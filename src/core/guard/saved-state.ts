// What protection keeps in mind between two starts, under which names.
import { z } from 'zod';
import { pauseSchema, type Pause } from '../../shared/protection.ts';
import { savedBrakeSchema, type SavedBrake } from '../respond/saved-brake.ts';
import type { StateStore } from '../store/state-store.ts';

/** What was written and cannot be understood is handed on as it is: the brake then stays on. */
export function savedBrake(state: StateStore): unknown {
  return state.read('brake', z.unknown());
}

export function saveBrake(state: StateStore, brake: SavedBrake): void {
  state.write('brake', savedBrakeSchema.parse(brake));
}

/** Whether the first-run guide was finished or left. */
export function savedGuideDone(state: StateStore): boolean {
  return state.read('guide_done', z.boolean()) ?? false;
}

export function saveGuideDone(state: StateStore, done: boolean): void {
  state.write('guide_done', done);
}

export function savedPause(state: StateStore): Pause | null {
  return state.read('pause', pauseSchema);
}

export function savePause(state: StateStore, pause: Pause | null): void {
  if (pause === null) state.remove('pause');
  else state.write('pause', pause);
}
