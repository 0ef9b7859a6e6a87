// What pages ask of the desktop: dialogs, the file manager, the browser. A page never names what is shown or opened, only which of the known.
import { lstatSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { encodePath } from '../core/files/raw-path.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { displayPath } from '../shared/display-path.ts';
import { AppError } from '../shared/errors.ts';
import type { DesktopHandlers, linkNames } from '../shared/page-calls.ts';

export interface DesktopPorts {
  /** Empty when the dialog was left. */
  pick(what: 'folders' | 'files'): Promise<readonly string[]>;
  saveAs(name: string, extension: string): Promise<string | null>;
  showInFolder(path: string): void;
  openLink(address: string): Promise<void>;
  /** null when there is no such finding. */
  findingPath(id: number): Promise<string | null>;
  /** From now on the page may name these. */
  issue(paths: readonly string[]): void;
  readonly exportFolder: string;
  readonly settingsFile: string;
}

/** The only addresses this app ever opens. */
const links: Readonly<Record<(typeof linkNames)[number], `https://${string}`>> = {
  'clamav-install': 'https://docs.clamav.net/manual/Installing.html',
  'yara-x': 'https://virustotal.github.io/yara-x/',
  eicar: 'https://www.eicar.org/download-anti-malware-testfile/',
};

export function desktopCalls(ports: DesktopPorts): DesktopHandlers {
  return {
    async 'desktop.pick'({ what }) {
      const paths = [...(await ports.pick(what))];
      ports.issue(paths);
      return { paths };
    },
    async 'desktop.save-as'({ name, what }) {
      const path = await ports.saveAs(suggestedName(name, what), what);
      if (path !== null) ports.issue([path]);
      return { path };
    },
    async 'desktop.reveal'(input) {
      reveal(await placeOf(input), ports);
      return {};
    },
    async 'desktop.open-link'({ link }) {
      await ports.openLink(links[link]);
      return {};
    },
  };

  async function placeOf(input: Parameters<DesktopHandlers['desktop.reveal']>[0]): Promise<string> {
    if (input.kind === 'exports') return ports.exportFolder;
    if (input.kind === 'settings') return ports.settingsFile;
    const path = await ports.findingPath(input.id);
    if (path !== null) return path;
    throw new AppError('NOT_FOUND', `there is no finding ${input.id}`);
  }
}

/** Only the name: where it goes is chosen in the dialog. */
function suggestedName(name: string, extension: string): string {
  const plain = displayPath(basename(name.replaceAll('\\', '/')));
  return extname(plain) === `.${extension}` ? plain : `${plain}.${extension}`;
}

/** @throws AppError CALL_REFUSED when it is not there, or has a name that no file manager is told. */
function reveal(path: string, ports: DesktopPorts): void {
  const native = encodePath(path);
  const shown = shownPath(path);
  if (typeof native !== 'string')
    throw new AppError('CALL_REFUSED', `the name of ${shown} is not UTF-8: it cannot be shown`);
  if (lstatSync(native, { throwIfNoEntry: false }) === undefined)
    throw new AppError('CALL_REFUSED', `${shown} is not there any more`);
  ports.showInFolder(native);
}
