// The files behind one reason, asked for when somebody looks.
import type { Reason } from '../../../shared/verdict.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { useCall } from '../../client/client-context.ts';
import { BytesText } from '../../components/bytes-text.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { formatCount } from '../../format/numbers.ts';
import { performanceMessages } from '../../messages/performance.ts';
import styles from './coverage.module.css';

interface UncoveredFilesProps {
  readonly reason: Reason;
  /** As counted. */
  readonly files: number;
  readonly hint: string;
}

const limit = 100;
const { coverage: words } = performanceMessages;

export function UncoveredFiles({ reason, files: counted, hint }: UncoveredFilesProps) {
  const isWindows = usePlatform() === 'win32';
  const { value, state, error, reload } = useCall('coverage.files', { reason, limit });
  if (value === null) {
    return state === 'error' ? <ErrorState error={error} onRetry={reload} /> : <Skeleton lines={3} />;
  }
  const { files } = value;
  const details = new Set(files.map(({ detail }) => detail));
  const sameDetail = details.size === 1 ? (files[0]?.detail ?? '') : '';
  return (
    <div className={styles['files']}>
      {sameDetail === '' && hint === '' ? null : (
        <p className={styles['hint']}>{[sentence(displayPath(sameDetail)), hint].join(' ').trim()}</p>
      )}
      {files.length === 0 ? (
        <p className={styles['hint']}>{words.noneKept}</p>
      ) : (
        <>
          <ul className={styles['fileList']} tabIndex={0}>
            {files.map((file) => (
              <li key={`${file.path} ${file.at}`} className={styles['file']}>
                <div className={styles['fileName']}>
                  <PathText path={file.path} twoLines />
                  {file.detail === '' || sameDetail !== '' ? null : (
                    <span className={styles['detail']}>{displayPath(file.detail, isWindows)}</span>
                  )}
                </div>
                <span className={styles['fact']}>
                  <BytesText sizeBytes={file.size_bytes} />
                </span>
                <span className={styles['fact']}>
                  <TimeText at={file.at} />
                </span>
                <CopyButton text={displayPath(file.path, isWindows)} label={words.copyPath} hideLabel />
              </li>
            ))}
          </ul>
          <div className={styles['foot']}>
            <span className={styles['hint']}>
              {files.length < counted ? words.showing(formatCount(files.length), formatCount(counted)) : null}
            </span>
            <CopyButton
              text={files.map(({ path }) => displayPath(path, isWindows)).join('\n')}
              label={words.copyAll}
            />
          </div>
        </>
      )}
    </div>
  );
}

function sentence(text: string): string {
  if (text === '') return '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
}
