// A list with the details of one of its things: beside it where there is room, in its place where there is none.
import { ArrowLeft, X } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import styles from './split-view.module.css';

interface SplitViewProps {
  readonly list: ReactNode;
  readonly panel: {
    /** Of what is shown: focus goes to the panel when it changes. */
    readonly key: string;
    readonly label: string;
    readonly content: ReactNode;
  } | null;
  /** `All findings`: leads back to the list where the panel stands in its place. */
  readonly backLabel: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
}

export function SplitView({ list, panel, backLabel, closeLabel, onClose }: SplitViewProps) {
  const panelRef = useRef<HTMLElement>(null);
  const cameFromRef = useRef<HTMLElement | null>(null);
  const isFirstRef = useRef(true);
  const key = panel?.key ?? null;

  useEffect(() => {
    const isFirst = isFirstRef.current;
    isFirstRef.current = false;
    if (key === null) {
      cameFromRef.current?.focus();
      cameFromRef.current = null;
      return;
    }
    // A page that is opened with its details has its focus where the browser has put it.
    if (isFirst) return;
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && !panelRef.current?.contains(activeElement))
      cameFromRef.current = activeElement;
    panelRef.current?.focus({ preventScroll: true });
    panelRef.current?.scrollTo({ top: 0 });
    panelRef.current?.scrollIntoView({ block: 'nearest' });
  }, [key]);

  function closeOnEscape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // A dialog or menu of the panel is drawn elsewhere on the page; its Escape is its own.
    if (event.target instanceof Node && panelRef.current?.contains(event.target) === true) onClose();
  }

  return (
    <div className={styles['frame']}>
      <div className={styles['split']} data-open={panel !== null || undefined}>
        <div className={styles['list']}>{list}</div>
        {panel === null ? null : (
          <aside
            ref={panelRef}
            className={styles['panel']}
            aria-label={panel.label}
            tabIndex={-1}
            onKeyDown={closeOnEscape}
          >
            <button type="button" className={styles['back']} onClick={onClose}>
              <ArrowLeft size={16} aria-hidden />
              {backLabel}
            </button>
            <button type="button" className={styles['close']} onClick={onClose} aria-label={closeLabel}>
              <X size={16} aria-hidden />
            </button>
            {panel.content}
          </aside>
        )}
      </div>
    </div>
  );
}
