// Waits for what may take long, but no longer than anybody wants it.
import { AppError } from '../shared/errors.ts';

/** @throws AppError SHUTTING_DOWN as soon as `signal` aborts. */
export async function unlessAborted<T>(started: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = await nullAtAbort(
    started.then((value) => ({ value })),
    signal,
  );
  if (done === null) throw new AppError('SHUTTING_DOWN', 'stopped before the engines were ready');
  return done.value;
}

/** null as soon as `signal` aborts, whatever comes of the work then. */
export async function nullAtAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const aborted = Promise.withResolvers<null>();
  function onAbort(): void {
    aborted.resolve(null);
  }
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
