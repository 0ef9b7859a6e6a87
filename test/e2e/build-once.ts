// Before the first test of a run: what the desktop app is started from is what the code says.
import { buildIfStale } from '../../scripts/build-if-stale.ts';

export default function setup(): void {
  buildIfStale();
}
