// A list of texts: added by typing or by choosing, taken out, and brought into another order.
import { ArrowDown, ArrowUp, FolderPlus, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { displayPath } from '../../../shared/display-path.ts';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useAct } from '../../components/use-act.ts';
import { settingMessages } from '../../messages/settings.ts';
import { usePicker } from '../picker/use-picker.tsx';
import { addEntries, moveEntry } from './edit-list.ts';
import { FieldProblem } from './field-problem.tsx';
import styles from './list-editor.module.css';

interface ListEditorProps {
  readonly label: string;
  readonly entries: readonly string[];
  readonly onChange: (entries: readonly string[]) => void;
  readonly problem: string;
  readonly isLocked: boolean;
  /** What can be chosen instead of typed; null for nothing. */
  readonly picks: 'folders' | 'files' | null;
  /** What is put on the list for a path that was chosen. */
  readonly ofPath?: (path: string) => string;
}

export function ListEditor({
  label,
  entries,
  onChange,
  problem,
  isLocked,
  picks,
  ofPath = asItIs,
}: ListEditorProps) {
  const [typed, setTyped] = useState('');
  const [isTwice, setIsTwice] = useState(false);
  const { list } = settingMessages;
  const { pick, dialog } = usePicker();
  const { act } = useAct();
  const isWindows = usePlatform() === 'win32';

  function add(more: readonly string[]): void {
    const next = addEntries(entries, more);
    setIsTwice(next === entries && more.some((entry) => entry.trim() !== ''));
    if (next === entries) return;
    setTyped('');
    onChange(next);
  }

  function addPaths(paths: readonly string[]): void {
    add(paths.map(ofPath));
  }

  function choose(what: 'folders' | 'files'): void {
    void act(() =>
      pick({ title: label, what, many: true, onlyFolders: what === 'folders', onPick: addPaths }),
    );
  }

  return (
    <div className={styles['editor']} role="group" aria-label={label}>
      {entries.length === 0 ? <p className={styles['empty']}>{list.empty}</p> : null}
      <ul className={styles['entries']}>
        {entries.map((entry, index) => {
          const shown = displayPath(entry, isWindows);
          return (
            <li key={entry} className={styles['entry']}>
              <code className={styles['text']}>{shown}</code>
              {isLocked ? null : (
                <span className={styles['tools']}>
                  {entries.length < 2 ? null : (
                    <>
                      <IconButton
                        icon={ArrowUp}
                        label={list.up(shown)}
                        disabled={index === 0}
                        onClick={() => onChange(moveEntry(entries, index, -1))}
                      />
                      <IconButton
                        icon={ArrowDown}
                        label={list.down(shown)}
                        disabled={index === entries.length - 1}
                        onClick={() => onChange(moveEntry(entries, index, 1))}
                      />
                    </>
                  )}
                  <IconButton
                    icon={X}
                    label={list.remove(shown)}
                    onClick={() => onChange(entries.filter((each) => each !== entry))}
                  />
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <FieldProblem problem={problem} />
      {isLocked ? null : (
        <form
          className={styles['add']}
          onSubmit={(event) => {
            event.preventDefault();
            add([typed]);
          }}
        >
          <div className={styles['field']}>
            <TextField
              label={list.entry}
              hideLabel
              placeholder={list.entry}
              value={typed}
              onChange={(text) => {
                setTyped(text);
                setIsTwice(false);
              }}
              maxLength={4096}
              isMono
              error={isTwice ? list.twice : ''}
            />
          </div>
          <Button type="submit" icon={Plus} disabled={typed.trim() === ''}>
            {list.add}
          </Button>
          {picks === null ? null : (
            <Button icon={FolderPlus} onClick={() => choose(picks)}>
              {picks === 'files' ? list.chooseFile : list.choose}
            </Button>
          )}
        </form>
      )}
      {dialog}
    </div>
  );
}

function asItIs(path: string): string {
  return path;
}
