// Why files got no complete answer, each reason with the files behind its number.
import type { Coverage } from '../../../shared/metrics.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { formatCount } from '../../format/numbers.ts';
import { UncoveredFiles } from './uncovered-files.tsx';
import { reasonRows } from './coverage-view.ts';
import styles from './coverage.module.css';

export function CoverageReasons({ coverage }: { readonly coverage: Coverage }) {
  return (
    <ul className={styles['reasons']}>
      {reasonRows(coverage).map(({ reason, text, files, share, hint }) => (
        <li key={reason}>
          <Disclosure
            title={
              <span className={styles['reason']}>
                <span className={styles['count']}>{formatCount(files)}</span>
                <span className={styles['text']}>{text}</span>
                <span className={styles['share']} aria-hidden>
                  <span style={{ width: `${100 * share}%` }} />
                </span>
              </span>
            }
          >
            <UncoveredFiles reason={reason} files={files} hint={hint} />
          </Disclosure>
        </li>
      ))}
    </ul>
  );
}
