// Short messages on what has just happened; where it can be undone, a button for ten seconds.
import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useCallback, useMemo, type ReactNode } from 'react';
import { commonMessages, type Tone } from '../messages/words.ts';
import { Button } from './button.tsx';
import { ToneIcon } from './tone-icon.tsx';
import styles from './toasts.module.css';

export interface ToastMessage {
  readonly text: string;
  readonly tone?: Tone;
  /** A button on it; `label` is “Undo” when it is left out. */
  readonly undo?: { readonly label?: string; readonly run: () => void | Promise<void> };
}

export interface Toasts {
  readonly show: (message: ToastMessage) => void;
}

interface ToastData {
  readonly tone: Tone;
}

const shownMs = 6000;
/** A problem takes longer to read. */
const problemMs = 12_000;
const undoMs = 10_000;
const mostAtOnce = 4;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider timeout={shownMs} limit={mostAtOnce}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']} aria-label={commonMessages.messages}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

export function useToasts(): Toasts {
  const { add, close } = Toast.useToastManager<ToastData>();
  const show = useCallback(
    ({ text, tone = 'neutral', undo }: ToastMessage) => {
      const isProblem = tone === 'danger' || tone === 'attention';
      const id = add({
        title: text,
        data: { tone },
        priority: isProblem ? 'high' : 'low',
        timeout: undo === undefined ? (isProblem ? problemMs : shownMs) : undoMs,
        ...(undo === undefined
          ? {}
          : {
              actionProps: {
                children: undo.label ?? commonMessages.undo,
                onClick: () => {
                  close(id);
                  void undo.run();
                },
              },
            }),
      });
    },
    [add, close],
  );
  return useMemo(() => ({ show }), [show]);
}

function ToastList() {
  const { toasts } = Toast.useToastManager<ToastData>();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles['toast']} swipeDirection="right">
      <Toast.Content className={styles['content']}>
        <ToneIcon tone={toast.data?.tone ?? 'neutral'} />
        <Toast.Title className={styles['text']} render={<p />} />
        <div className={styles['buttons']}>
          {toast.actionProps === undefined ? null : <Toast.Action render={<Button tone="plain" />} />}
          <Toast.Close render={<Button tone="quiet" icon={X} />} aria-label={commonMessages.dismiss} />
        </div>
      </Toast.Content>
    </Toast.Root>
  ));
}
