// Which share of their time workers had something to do; the time of those that are gone counts too.
import type { WorkerRunner } from './worker-runner.ts';

export class WorkTime {
  #goneBusyMs = 0;
  #goneReadyMs = 0;
  #busyBeforeMs = 0;
  #readyBeforeMs = 0;

  /** Called once for each worker that ended. */
  keep(runner: WorkerRunner): void {
    this.#goneBusyMs += runner.busyMs;
    this.#goneReadyMs += runner.readyMs;
  }

  /** 0 to 1, since the last call; 0 where no worker was ready. */
  share(runners: Iterable<WorkerRunner>): number {
    let busyMs = this.#goneBusyMs;
    let readyMs = this.#goneReadyMs;
    for (const runner of runners) {
      busyMs += runner.busyMs;
      readyMs += runner.readyMs;
    }
    const busy = busyMs - this.#busyBeforeMs;
    const ready = readyMs - this.#readyBeforeMs;
    this.#busyBeforeMs = busyMs;
    this.#readyBeforeMs = readyMs;
    return ready <= 0 ? 0 : Math.min(1, Math.max(0, busy / ready));
  }
}
