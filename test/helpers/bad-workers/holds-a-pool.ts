// A process that has a pool with two workers, one of them idle and one at work, and tells their pids.
import { anyFile } from '../fake-worker.ts';
import { poolOf, scanNames } from '../pool-of.ts';

const pool = poolOf('obeys-names', { filesPerWorker: 1 });
await pool.start();
await scanNames(pool, ['a', 'b']);
void pool.scan(anyFile('/slow-600000'));
setImmediate(() => process.send?.(pool.pids));
