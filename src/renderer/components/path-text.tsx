// A path as people can read it: nothing in a name can fake a line or turn the text around.
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { pathParts } from '../format/paths.ts';
import { classes } from './classes.ts';
import styles from './path-text.module.css';
import { usePlatform } from './surroundings.tsx';
import { Tooltip } from './tooltip.tsx';

interface PathTextProps {
  readonly path: string;
  /** The folder below the name; else it is only in the tooltip. */
  readonly twoLines?: boolean;
  /** A name that is cut off can be reached with Tab to read it whole; not in tables, where that would be a stop a row. */
  readonly isTabStop?: boolean;
  /** Nothing is cut off, however many lines it takes. */
  readonly isWhole?: boolean;
}

export function PathText({ path, twoLines = false, isTabStop = false, isWhole = false }: PathTextProps) {
  const parts = pathParts(path, usePlatform());
  const ref = useRef<HTMLSpanElement>(null);
  const isCut = useIsCut(ref, path);
  const name = parts.name === '' ? { head: parts.full, tail: '' } : parts;
  return (
    <Tooltip text={parts.full}>
      <span
        ref={ref}
        className={classes(styles['path'], isWhole && styles['whole'])}
        {...(isTabStop && isCut ? { tabIndex: 0 } : {})}
      >
        <bdi className={styles['line']}>
          <span className={styles['head']}>{name.head}</span>
          {name.tail === '' ? null : <span className={styles['tail']}>{name.tail}</span>}
        </bdi>
        {twoLines && parts.name !== '' ? <bdi className={styles['folder']}>{parts.folder}</bdi> : null}
      </span>
    </Tooltip>
  );
}

function useIsCut(ref: RefObject<HTMLElement | null>, path: string): boolean {
  const [isCut, setIsCut] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    setIsCut(
      [...element.querySelectorAll('*')].some(
        (part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0,
      ),
    );
  }, [ref, path]);
  return isCut;
}
