// What is in a folder: arrow keys move, Enter opens, Space chooses, Backspace goes up.
import { CornerLeftUp, File, Folder } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { displayPath } from '../../../shared/display-path.ts';
import type { FolderList } from '../../../shared/page-documents.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { pickerTexts } from '../../messages/picker.ts';
import styles from './folder-picker.module.css';

interface FolderContentProps {
  readonly list: FolderList;
  readonly files: boolean;
  readonly many: boolean;
  readonly chosen: readonly string[];
  readonly onToggle: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

export function FolderContent({ list, files, many, chosen, onToggle, onOpen }: FolderContentProps) {
  const isWindows = usePlatform() === 'win32';
  const boxRef = useRef<HTMLDivElement>(null);
  const hadFocusRef = useRef(false);
  const { path, parent } = list;

  // The row that was opened is gone: the keyboard goes on in the folder it led to.
  useEffect(() => {
    if (!hadFocusRef.current) return;
    hadFocusRef.current = false;
    (rowsIn(boxRef.current)[0] ?? boxRef.current)?.focus();
  }, [path]);

  function open(folder: string): void {
    hadFocusRef.current = boxRef.current?.contains(document.activeElement) === true;
    onOpen(folder);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const rows = rowsIn(boxRef.current);
    const at = rows.findIndex((row) => row === document.activeElement);
    const target = targetOf(event.key, at, rows.length);
    if (target !== null) rows[target]?.focus();
    else if (event.key === 'Backspace' && parent !== null) open(parent);
    else if (event.key === ' ' && at >= 0 && many) {
      const one = rows[at]?.dataset['path'];
      if (one !== undefined) onToggle(one);
    } else return;
    event.preventDefault();
  }

  const isEmpty = list.folders.length === 0 && list.files.length === 0;
  return (
    <div
      ref={boxRef}
      className={styles['content']}
      role="group"
      aria-label={pickerTexts.content(displayPath(path, isWindows))}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {parent === null ? null : (
        <button type="button" className={styles['open']} data-row="" onClick={() => open(parent)}>
          <CornerLeftUp size={16} aria-hidden className={styles['icon']} />
          {pickerTexts.up}
        </button>
      )}
      {isEmpty ? (
        <p className={styles['note']}>{files ? pickerTexts.empty : pickerTexts.emptyFolders}</p>
      ) : null}
      <ul>
        {list.folders.map((folder) => {
          const name = displayPath(folder.name, isWindows);
          return (
            <li key={folder.path} className={styles['row']}>
              {many ? (
                <Checkbox
                  checked={chosen.includes(folder.path)}
                  onChange={() => onToggle(folder.path)}
                  label={pickerTexts.choose(name)}
                  hideLabel
                />
              ) : null}
              <button
                type="button"
                className={styles['open']}
                data-row=""
                data-path={folder.path}
                onClick={() => open(folder.path)}
              >
                <Folder size={16} aria-hidden className={styles['icon']} />
                <bdi className={styles['name']}>{name}</bdi>
              </button>
            </li>
          );
        })}
        {list.files.map((file) => {
          const name = displayPath(file.name, isWindows);
          return (
            <li key={file.path} className={styles['row']}>
              <Checkbox
                checked={chosen.includes(file.path)}
                onChange={() => onToggle(file.path)}
                label={pickerTexts.choose(name)}
                hideLabel
              />
              <button
                type="button"
                className={styles['open']}
                data-row=""
                data-path={file.path}
                aria-pressed={chosen.includes(file.path)}
                onClick={() => onToggle(file.path)}
              >
                <File size={16} aria-hidden className={styles['icon']} />
                <bdi className={styles['name']}>{name}</bdi>
                <span className={styles['size']}>{formatBytes(file.size_bytes)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function rowsIn(box: HTMLElement | null): readonly HTMLElement[] {
  return box === null ? [] : [...box.querySelectorAll<HTMLElement>('[data-row]')];
}

/** Which row a key leads to; null for other keys. */
function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
