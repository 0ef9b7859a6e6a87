// Asks a person for folders or files: with the dialog of the system in the window, with our own in a browser.
import { useState, type ReactNode } from 'react';
import { useClient } from '../../client/client-context.ts';
import { FolderPicker } from './folder-picker.tsx';

export interface PickerRequest {
  readonly title: string;
  readonly what: 'folders' | 'files';
  /** Many folders and files, or one folder. */
  readonly many: boolean;
  /** Many folders, but no files. */
  readonly onlyFolders?: boolean;
  /** Not called when nothing was chosen. */
  readonly onPick: (paths: readonly string[]) => void;
}

export interface Picker {
  /** @throws CallError when the dialog of the system cannot be shown. */
  readonly pick: (request: PickerRequest) => Promise<void>;
  /** To be drawn somewhere on the page. */
  readonly dialog: ReactNode;
}

export function usePicker(): Picker {
  const client = useClient();
  const [request, setRequest] = useState<PickerRequest | null>(null);

  async function pick(asked: PickerRequest): Promise<void> {
    if (client.kind === 'service') {
      setRequest(asked);
      return;
    }
    const { paths } = await client.call('desktop.pick', { what: asked.what });
    if (paths.length > 0) asked.onPick(asked.many ? paths : paths.slice(0, 1));
  }

  const dialog =
    request === null ? null : (
      <FolderPicker
        title={request.title}
        many={request.many}
        files={request.what === 'files' || (request.many && request.onlyFolders !== true)}
        onPick={request.onPick}
        onClose={() => setRequest(null)}
      />
    );
  return { pick, dialog };
}
