// The pool as the scaling loop sees it, also before the first file has made it start.
import type { EngineRoom } from './engine-room.ts';
import type { ScalablePool } from './pool/scaling-loop.ts';

export class ScalableRoom implements ScalablePool {
  readonly #room: Pick<EngineRoom, 'pool' | 'onPool'>;
  #wanted: number;

  /** @param workers the pool is started with. */
  constructor(room: Pick<EngineRoom, 'pool' | 'onPool'>, workers: number) {
    this.#room = room;
    this.#wanted = workers;
    room.onPool((pool) => {
      if (pool.targetWorkers !== this.#wanted) pool.setTarget(this.#wanted);
    });
  }

  get workers(): number {
    return this.#room.pool?.workers ?? 0;
  }

  get targetWorkers(): number {
    return this.#room.pool?.targetWorkers ?? this.#wanted;
  }

  get engineBusyAtMs(): number | null {
    return this.#room.pool?.engineBusyAtMs ?? null;
  }

  setTarget(workers: number): void {
    this.#wanted = workers;
    this.#room.pool?.setTarget(workers);
  }

  onEngineBusy(listener: () => void): () => void {
    const stops: (() => void)[] = [];
    stops.push(this.#room.onPool((pool) => stops.push(pool.onEngineBusy(listener))));
    return () => {
      for (const stop of stops) stop();
    };
  }
}
