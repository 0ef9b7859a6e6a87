// Files and folders dropped anywhere on the window are scanned; a browser does not tell where they are.
import { FileSearch } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../client/client-context.ts';
import { navigate } from '../client/route.ts';
import { useToasts } from '../components/toasts.tsx';
import { useAct } from '../components/use-act.ts';
import { frameMessages } from '../messages/frame.ts';
import styles from './drop-zone.module.css';

/** The contract takes as many roots. */
const mostRoots = 1000;

export function DropZone() {
  const client = useClient();
  const { show } = useToasts();
  const { act } = useAct();
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    async function scan(files: readonly File[]): Promise<void> {
      if (client.kind === 'service') {
        const undo = { label: frameMessages.chooseFolder, run: () => navigate('scan') };
        show({ text: frameMessages.dropInBrowser, tone: 'attention', undo });
        return;
      }
      if (files.length > mostRoots) {
        show({ text: frameMessages.dropTooMany(mostRoots), tone: 'attention' });
        return;
      }
      const roots = [...(await client.drop(files))];
      if (roots.length === 0) {
        show({ text: frameMessages.dropEmpty, tone: 'attention' });
        return;
      }
      const job = await act(() => client.call('jobs.start', { kind: 'custom', roots }), {
        done: () => frameMessages.dropStarted,
      });
      if (job !== null) navigate('scan', job.id);
    }

    function onDragOver(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      // Without this the window would open the file.
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
      setIsOver(true);
    }
    function onDragLeave(event: DragEvent): void {
      if (event.relatedTarget === null) setIsOver(false);
    }
    function onDrop(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      void scan([...(event.dataTransfer?.files ?? [])]);
    }

    const ending = new AbortController();
    const options = { signal: ending.signal };
    window.addEventListener('dragover', onDragOver, options);
    window.addEventListener('dragleave', onDragLeave, options);
    window.addEventListener('drop', onDrop, options);
    return () => ending.abort();
  }, [act, client, show]);

  if (!isOver || client.kind === 'service') return null;
  return (
    <div className={styles['veil']} aria-hidden>
      <div className={styles['box']}>
        <FileSearch size={40} strokeWidth={1.5} />
        <p className={styles['title']}>{frameMessages.dropTitle}</p>
        <p>{frameMessages.dropText}</p>
      </div>
    </div>
  );
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
