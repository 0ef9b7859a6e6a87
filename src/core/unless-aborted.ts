// Waits for a start that may take long, but no longer than anybody wants it.
import { AppError } from '../shared/errors.ts';

/** @throws AppError SHUTTING_DOWN as soon as `signal` aborts. */
export async function unlessAborted<T>(started: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  function onAbort(): void {
    aborted.reject(new AppError('SHUTTING_DOWN', 'stopped before the engines were ready'));
  }
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([started, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    aborted.promise.catch(() => {});
  }
}
