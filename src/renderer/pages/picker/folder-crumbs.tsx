// The way from the root to the folder that is shown.
import { ChevronRight } from 'lucide-react';
import { Fragment } from 'react';
import { usePlatform } from '../../components/surroundings.tsx';
import { pickerTexts } from '../../messages/picker.ts';
import { crumbsOf } from './crumbs.ts';
import styles from './folder-picker.module.css';

interface FolderCrumbsProps {
  readonly path: string;
  /** Paths that Vedette told; others cannot be asked for. */
  readonly known: ReadonlySet<string>;
  readonly onOpen: (path: string) => void;
}

export function FolderCrumbs({ path, known, onOpen }: FolderCrumbsProps) {
  const crumbs = crumbsOf(path, known, usePlatform() === 'win32');
  return (
    <nav className={styles['crumbs']} aria-label={pickerTexts.path}>
      {crumbs.map((crumb, index) => {
        const isHere = index === crumbs.length - 1;
        return (
          <Fragment key={crumb.path}>
            {index === 0 ? null : <ChevronRight size={14} aria-hidden className={styles['chevron']} />}
            {isHere || !crumb.isKnown ? (
              <bdi className={styles['crumbText']} {...(isHere ? { 'aria-current': 'true' as const } : {})}>
                {crumb.name}
              </bdi>
            ) : (
              <button type="button" className={styles['crumb']} onClick={() => onOpen(crumb.path)}>
                <bdi>{crumb.name}</bdi>
              </button>
            )}
          </Fragment>
        );
      })}
    </nav>
  );
}
