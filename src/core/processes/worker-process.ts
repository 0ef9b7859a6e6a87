// A worker process, however it is started: `child_process` under plain Node, `utilityProcess` under Electron.

/** @typeParam Message what it is sent; plain JSON. */
export interface WorkerProcess<Message> {
  readonly pid: number | undefined;
  send(message: Message): void;
  /** Whatever arrived: a worker reads what others wrote, so what it says is checked. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the process is gone; `cause` is a short sentence. */
  onExit(listener: (cause: string) => void): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

export type StartProcess<Message> = () => WorkerProcess<Message>;
