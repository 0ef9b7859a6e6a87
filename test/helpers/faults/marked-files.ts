// Many files of which only clamd knows some to be bad: whoever calls one of those clean did not wait for clamd.
import { join } from 'node:path';
import type { ScanResult } from '../../../src/shared/scan-report.ts';
import { RealClamd, type RealClamdOptions } from '../real-clamd.ts';
import { clamdMarker, clamdMarkerSignature, type Scene } from './scene.ts';

const markerEvery = 5;

/** `count` files, each fifth of which only clamd knows to be bad: none of those may ever be called clean. */
export function writeMarked(scene: Scene, count: number): void {
  for (let index = 0; index < count; index += 1) {
    scene.write(`file-${index}`, index % markerEvery === 0 ? `${clamdMarker} ${index}` : `plain ${index}`);
  }
}

export function calledCleanThoughBad(results: readonly ScanResult[]): readonly ScanResult[] {
  return results.filter(
    ({ verdict, path }) => verdict === 'clean' && Number(path.split('-').at(-1)) % markerEvery === 0,
  );
}

export function startClamd(options: RealClamdOptions = {}): Promise<RealClamd> {
  return RealClamd.start({ ...options, database: { 'fault.ndb': clamdMarkerSignature() } });
}

export function socketOf(clamd: RealClamd): string {
  return join(clamd.folder, 'clamd.sock');
}
