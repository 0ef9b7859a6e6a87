// The files that a dialog is about: the first of them by name, the others only counted.
import { PathText } from '../../components/path-text.tsx';
import { commonMessages } from '../../messages/words.ts';
import styles from './path-list.module.css';

interface PathListProps {
  readonly files: readonly { readonly id: number | string; readonly path: string }[];
}

const shownPaths = 5;

export function PathList({ files }: PathListProps) {
  const more = files.length - shownPaths;
  return (
    <ul className={styles['list']}>
      {files.slice(0, shownPaths).map(({ id, path }) => (
        <li key={id}>
          <PathText path={path} twoLines />
        </li>
      ))}
      {more > 0 ? <li>{commonMessages.andMore(more)}</li> : null}
    </ul>
  );
}
