// States, notices, empty and loading forms, paths, times, figures.
import { Inbox } from 'lucide-react';
import { BytesText } from '../../../src/renderer/components/bytes-text.tsx';
import { Button } from '../../../src/renderer/components/button.tsx';
import { Card } from '../../../src/renderer/components/card.tsx';
import { Disclosure } from '../../../src/renderer/components/disclosure.tsx';
import { EmptyState, ErrorState } from '../../../src/renderer/components/empty-state.tsx';
import { Notice } from '../../../src/renderer/components/notice.tsx';
import { PathText } from '../../../src/renderer/components/path-text.tsx';
import { ProgressBar } from '../../../src/renderer/components/progress-bar.tsx';
import { Skeleton } from '../../../src/renderer/components/skeleton.tsx';
import { SeverityWord, StatusWord, VerdictWord } from '../../../src/renderer/components/status-word.tsx';
import type { Course } from '../../../src/renderer/components/sparkline.tsx';
import { Tile } from '../../../src/renderer/components/tile.tsx';
import { TimeText } from '../../../src/renderer/components/time-text.tsx';
import styles from './gallery.module.css';

const now = Date.now() / 1000;
const values = Array.from({ length: 60 }, (_, index) => 40 + 30 * Math.sin(index / 6) + (index % 5));

/** The last of them at the right edge. */
function course(shown: readonly (number | null)[]): Course {
  return { points: shown.map((value, index) => ({ at: 60 - shown.length + index, value })), from: 0, to: 59 };
}

function nothing(): void {}

export function WordForms() {
  return (
    <>
      <div className={styles['grid']}>
        <Tile label="Files a minute" value="412" course={course(values)} href="#/performance" />
        <Tile
          label="From the cache"
          value="83 %"
          course={{ ...course(values.toReversed()), top: 100 }}
          href="#/performance"
        />
        <Tile
          label="Waiting"
          value="0"
          unit="files"
          course={course(values.map(() => 0))}
          href="#/performance"
        />
        <Tile
          label="Workers"
          value="2"
          unit="of 8"
          course={{
            ...course(values.map((value, index) => (index > 20 && index < 30 ? null : value > 50 ? 5 : 2))),
            top: 8,
          }}
          href="#/performance"
        />
        <Tile label="The first point" value="12" course={course([12])} href="#/performance" />
      </div>
      <div className={styles['grid']}>
        <Card title="Words">
          <div className={styles['row']}>
            <StatusWord tone="ok" size="large">
              Protected
            </StatusWord>
            <SeverityWord severity="critical" />
            <SeverityWord severity="high" />
            <SeverityWord severity="medium" />
            <SeverityWord severity="low" />
            <VerdictWord verdict="clean" />
            <VerdictWord verdict="infected" />
            <VerdictWord verdict="suspicious" />
            <VerdictWord verdict="partial" />
            <VerdictWord verdict="unscannable" />
          </div>
        </Card>
        <Card title="Paths, times, sizes">
          <p>
            <PathText
              path="/home/ada/Downloads/annual-report-of-the-department-2026-final-version.docx.exe"
              twoLines
              isTabStop
            />
          </p>
          <p>
            <PathText path={'/home/ada/\u202efdp.exe\n'} twoLines />
          </p>
          <div style={{ width: 190 }}>
            <PathText path="/home/ada/הורדות/חשבונית-מס-לשנת-2026-סופי-מעודכן.pdf.exe" twoLines />
          </div>
          <div style={{ width: 190 }}>
            <PathText path="/home/ada/Downloads/annual-report-of-the-department-2026.docx" twoLines isWhole />
          </div>
          <p>
            <TimeText at={now - 240} />, <TimeText at={now - 400_000} />, <TimeText at={null} />,{' '}
            <BytesText sizeBytes={48_213} />
          </p>
          <ProgressBar value={0.42} label="Full scan" />
          <br />
          <ProgressBar value={null} label="Counting files" />
          <Disclosure title="More">The rest.</Disclosure>
        </Card>
      </div>
      <div className={styles['grid']}>
        <Notice tone="attention" title="ClamAV is not installed" action={<Button>How to install</Button>}>
          YARA-X still protects you.
        </Notice>
        <Notice tone="danger">A threat needs your decision.</Notice>
        <Notice tone="ok">Everything was restored.</Notice>
        <Notice tone="info">Signatures are being fetched.</Notice>
        <Notice tone="neutral">Nothing to do.</Notice>
      </div>
      <div className={styles['grid']}>
        <Card title="Empty">
          <EmptyState
            icon={Inbox}
            title="Nothing is in quarantine"
            text="Files that you or Vedette put away are kept here, locked."
            action={<Button>Scan now</Button>}
          />
        </Card>
        <Card title="Error" tone="danger">
          <ErrorState error={{ message: 'The database is locked by another program.' }} onRetry={nothing} />
        </Card>
        <Card title="Loading" tone="attention">
          <Skeleton lines={5} />
        </Card>
      </div>
    </>
  );
}
