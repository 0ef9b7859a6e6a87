// Exports the figures: into a file on this machine, which the desktop shows and a browser downloads.
import { displayPath } from '../../../shared/display-path.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { MetricsExport } from '../../../shared/metrics.ts';
import { useClient } from '../../client/client-context.ts';
import { usePlatform } from '../../components/surroundings.tsx';
import { useAct } from '../../components/use-act.ts';
import { performanceMessages } from '../../messages/performance.ts';

const { export: words } = performanceMessages;

export function useExport(): { readonly isBusy: boolean; readonly exportNow: () => void } {
  const client = useClient();
  const isWindows = usePlatform() === 'win32';
  const { act, isBusy } = useAct();

  async function show(): Promise<void> {
    await act(() => client.call('desktop.reveal', { kind: 'exports' }));
  }

  async function exportFigures(): Promise<void> {
    await act(() => client.call('metrics.export', {}), {
      done: ({ path, document: figures }) => {
        const text = words.done(displayPath(path, isWindows));
        if (client.kind === 'desktop') {
          return { text, tone: 'ok', undo: { label: words.show, run: show } };
        }
        download(nameOf(path), figures);
        return text;
      },
      failed: (error) => words.failed(messageOf(error)),
    });
  }

  return { isBusy, exportNow: () => void exportFigures() };
}

function download(name: string, figures: MetricsExport): void {
  const address = URL.createObjectURL(
    new Blob([`${JSON.stringify(figures, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it over by the next turn.
  setTimeout(() => URL.revokeObjectURL(address));
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? 'metrics.json';
}
