// What is chosen so far, wherever it is; each can be taken out again.
import { FolderPlus, X } from 'lucide-react';
import { displayPath } from '../../../shared/display-path.ts';
import { Button } from '../../components/button.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { pickerTexts } from '../../messages/picker.ts';
import styles from './folder-picker.module.css';

interface ChosenPathsProps {
  readonly chosen: readonly string[];
  /** The folder that is shown. */
  readonly here: string;
  readonly onToggle: (path: string) => void;
}

export function ChosenPaths({ chosen, here, onToggle }: ChosenPathsProps) {
  const isWindows = usePlatform() === 'win32';
  return (
    <div className={styles['chosen']}>
      <p role="status">{pickerTexts.chosen(chosen.length)}</p>
      {chosen.includes(here) ? null : (
        <Button icon={FolderPlus} onClick={() => onToggle(here)}>
          {pickerTexts.chooseThis}
        </Button>
      )}
      <ul className={styles['chips']}>
        {chosen.map((path) => {
          const name = displayPath(path, isWindows);
          return (
            <li key={path} className={styles['chip']}>
              <bdi className={styles['name']} title={name}>
                {name}
              </bdi>
              <button
                type="button"
                className={styles['remove']}
                aria-label={pickerTexts.unchoose(name)}
                onClick={() => onToggle(path)}
              >
                <X size={14} aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
