// Choosing folders and files where there is no dialog of the system: only paths that Vedette told can be chosen.
import { useState } from 'react';
import type { FolderList } from '../../../shared/page-documents.ts';
import { useCall } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { pickerTexts } from '../../messages/picker.ts';
import { commonMessages } from '../../messages/words.ts';
import { ChosenPaths } from './chosen-paths.tsx';
import { FolderContent } from './folder-content.tsx';
import { FolderCrumbs } from './folder-crumbs.tsx';
import styles from './folder-picker.module.css';

export interface FolderPickerProps {
  readonly title: string;
  /** Many folders and files, or the one folder that is shown. */
  readonly many: boolean;
  readonly files: boolean;
  readonly onPick: (paths: readonly string[]) => void;
  readonly onClose: () => void;
}

export function FolderPicker({ title, many, files, onPick, onClose }: FolderPickerProps) {
  const [path, setPath] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [shown, setShown] = useState<FolderList | null>(null);
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const answer = useCall('folders.list', { path, files });
  // What was listed before stays in sight until the next folder is there, or cannot be had.
  if (answer.value !== null && answer.value !== shown) {
    setShown(answer.value);
    setKnown(new Set([...known, ...pathsIn(answer.value)]));
  }

  function toggle(one: string): void {
    setChosen((before) =>
      before.includes(one) ? before.filter((other) => other !== one) : [...before, one],
    );
  }

  function pick(paths: readonly string[]): void {
    onPick(paths);
    onClose();
  }

  const here = shown?.path ?? null;
  return (
    <Dialog
      open
      isWide
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{commonMessages.cancel}</Button>
          {many ? (
            <Button tone="primary" disabled={chosen.length === 0} onClick={() => pick(chosen)}>
              {pickerTexts.confirm(chosen.length)}
            </Button>
          ) : (
            <Button tone="primary" disabled={here === null} onClick={() => here !== null && pick([here])}>
              {pickerTexts.useThis}
            </Button>
          )}
        </>
      }
    >
      {shown === null ? (
        answer.state === 'error' ? (
          <ErrorState error={answer.error} onRetry={answer.reload} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : (
        <div className={styles['picker']}>
          <nav className={styles['places']} aria-label={pickerTexts.places}>
            {shown.places.map((place) => (
              <button
                key={place.path}
                type="button"
                className={styles['place']}
                aria-current={place.path === here ? 'true' : undefined}
                onClick={() => setPath(place.path)}
              >
                {place.name}
              </button>
            ))}
          </nav>
          <div className={styles['main']}>
            <FolderCrumbs path={shown.path} known={known} onOpen={setPath} />
            {answer.state === 'error' ? <Notice tone="attention">{answer.error.message}</Notice> : null}
            <FolderContent
              list={shown}
              files={files}
              many={many}
              chosen={chosen}
              onToggle={toggle}
              onOpen={setPath}
            />
            {shown.is_cut ? <p className={styles['note']}>{pickerTexts.isCut}</p> : null}
          </div>
          {many ? <ChosenPaths chosen={chosen} here={shown.path} onToggle={toggle} /> : null}
          <p className={styles['note']}>{many ? pickerTexts.keysMany : pickerTexts.keys}</p>
        </div>
      )}
    </Dialog>
  );
}

function pathsIn({ path, parent, folders, places }: FolderList): readonly string[] {
  return [
    path,
    ...(parent === null ? [] : [parent]),
    ...folders.map((folder) => folder.path),
    ...places.map((place) => place.path),
  ];
}
