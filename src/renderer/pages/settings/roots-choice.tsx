// Folders of a scheduled scan.
import { FolderPlus, X } from 'lucide-react';
import { displayPath } from '../../../shared/display-path.ts';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { useAct } from '../../components/use-act.ts';
import { settingMessages } from '../../messages/settings.ts';
import { usePicker } from '../picker/use-picker.tsx';
import { addEntries } from './edit-list.ts';
import styles from './folders-editor.module.css';

interface RootsChoiceProps {
  readonly roots: readonly string[];
  readonly onChange: (roots: readonly string[]) => void;
}

export function RootsChoice({ roots, onChange }: RootsChoiceProps) {
  const { schedules } = settingMessages;
  const { pick, dialog } = usePicker();
  const { act } = useAct();
  const isWindows = usePlatform() === 'win32';

  function add(paths: readonly string[]): void {
    onChange(addEntries(roots, paths));
  }

  function choose(): void {
    void act(() =>
      pick({ title: schedules.chooseFolders, what: 'folders', many: true, onlyFolders: true, onPick: add }),
    );
  }

  return (
    <div className={styles['editor']}>
      {roots.length === 0 ? <p className={styles['soft']}>{schedules.noFolders}</p> : null}
      <ul className={styles['folders']}>
        {roots.map((path) => (
          <li key={path} className={styles['folder']}>
            <PathText path={path} twoLines isTabStop />
            <IconButton
              icon={X}
              className={styles['tool']}
              label={schedules.removeFolder(displayPath(path, isWindows))}
              onClick={() => onChange(roots.filter((each) => each !== path))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button icon={FolderPlus} onClick={choose}>
          {schedules.chooseFolders}
        </Button>
      </div>
      {dialog}
    </div>
  );
}
