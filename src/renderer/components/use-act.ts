// Does one thing for a button: busy while it goes on, a message when it is through or was refused.
import { useCallback, useState } from 'react';
import { messageOf } from '../../shared/errors.ts';
import { sentence } from '../format/sentence.ts';
import { useToasts, type ToastMessage } from './toasts.tsx';

export interface ActOptions<Value> {
  /** What is said when it is through; nothing when this is left out or gives null. */
  readonly done?: (value: Value) => ToastMessage | string | null;
  /** What is said when it was refused; the sentence of the error when this is left out. */
  readonly failed?: (error: unknown) => string;
}

export interface Act {
  readonly isBusy: boolean;
  /** Never rejects. @returns null when it was refused. */
  readonly act: <Value>(run: () => Promise<Value>, options?: ActOptions<Value>) => Promise<Value | null>;
}

export function useAct(): Act {
  const { show } = useToasts();
  const [running, setRunning] = useState(0);
  const act = useCallback<Act['act']>(
    async (run, { done, failed } = {}) => {
      setRunning((count) => count + 1);
      try {
        const value = await run();
        const message = done?.(value) ?? null;
        if (message !== null) show(typeof message === 'string' ? { text: message, tone: 'ok' } : message);
        return value;
      } catch (error) {
        show({ text: failed?.(error) ?? sentence(messageOf(error)), tone: 'danger' });
        return null;
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [show],
  );
  return { act, isBusy: running > 0 };
}
