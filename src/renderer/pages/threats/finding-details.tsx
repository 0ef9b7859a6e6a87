// One finding in full: why it was flagged, what speaks against it, what can be done, and all that ever became of it.
import { useEffect } from 'react';
import { displayPath, displayText } from '../../../shared/display-path.ts';
import type { Finding } from '../../../shared/finding.ts';
import type { FindingExplanation } from '../../../shared/page-documents.ts';
import { useCall, useSlice } from '../../client/client-context.ts';
import { hashOf } from '../../client/route.ts';
import { Button } from '../../components/button.tsx';
import { BytesText } from '../../components/bytes-text.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { SeverityWord, StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { actorText, allowKindWords, stateHints, threatTexts } from '../../messages/threats.ts';
import { engineWords, findingStateWords, originWords } from '../../messages/words.ts';
import { useReloadOn } from '../common/use-reload-on.ts';
import { Facts } from '../common/facts.tsx';
import { HashText } from '../common/hash-text.tsx';
import { SearchX } from 'lucide-react';
import { ActionList } from './action-list.tsx';
import { DetectionPart } from './detection-part.tsx';
import { FindingHistory } from './finding-history.tsx';
import styles from './threats.module.css';
import type { FindingActs } from './use-finding-acts.tsx';

interface FindingDetailsProps {
  readonly id: number;
  readonly acts: FindingActs;
  readonly onRemoveEntry: (id: number) => void;
}

export function FindingDetails({ id, acts, onRemoveEntry }: FindingDetailsProps) {
  const answer = useCall('findings.explain', { id });
  // The file is read for it: not at every finding of a burst.
  useReloadOn(useSlice('findings'), answer.reload);
  const { reload } = answer;
  useEffect(() => {
    if (acts.changes > 0) reload();
  }, [acts.changes, reload]);
  const explanation = answer.value;
  if (explanation === null) {
    if (answer.state !== 'error')
      return (
        <Card>
          <Skeleton lines={8} />
        </Card>
      );
    return (
      <Card>
        {answer.error.code === 'NOT_FOUND' ? (
          <EmptyState icon={SearchX} title={threatTexts.notFound} />
        ) : (
          <ErrorState error={answer.error} onRetry={answer.reload} />
        )}
      </Card>
    );
  }
  return <Explained explanation={explanation} acts={acts} onRemoveEntry={onRemoveEntry} />;
}

interface ExplainedProps extends Omit<FindingDetailsProps, 'id'> {
  readonly explanation: FindingExplanation;
}

function Explained({ explanation, acts, onRemoveEntry }: ExplainedProps) {
  const { finding, detections, bytes_problem: problem, doubts, elsewhere, allowed_by: entry } = explanation;
  return (
    <>
      <Head finding={finding} />
      <ActionList finding={finding} acts={acts} />
      {entry === null ? null : (
        <Notice
          tone="neutral"
          title={`${threatTexts.allowedBy}: ${allowKindWords[entry.kind]}`}
          action={<Button onClick={() => onRemoveEntry(entry.id)}>{threatTexts.removeAllow}</Button>}
        >
          {actorText(entry.author)}, <TimeText at={entry.created_at} />
          {entry.reason === '' ? '' : `: ${displayText(entry.reason)}`}
        </Notice>
      )}
      <Card title={threatTexts.why}>
        <div className={styles['detections']}>
          {detections.map((explained) => (
            <DetectionPart key={`${explained.detection.engine} ${explained.detection.name}`} {...explained} />
          ))}
          {problem === '' ? null : <p className={styles['soft']}>{problem}</p>}
        </div>
      </Card>
      <Card title={threatTexts.doubts}>
        {doubts.length === 0 ? (
          <p className={styles['soft']}>{threatTexts.noDoubts}</p>
        ) : (
          <ul className={styles['doubts']}>
            {doubts.map((doubt) => (
              <li key={doubt}>{displayText(doubt)}</li>
            ))}
          </ul>
        )}
      </Card>
      <FileCard explanation={explanation} />
      {elsewhere.length === 0 ? null : (
        <Card title={threatTexts.elsewhere}>
          <ul className={styles['elsewhere']}>
            {elsewhere.map(({ path, where, state }) => (
              <li key={`${where} ${path}`} className={styles['elsewhereRow']}>
                <PathText path={path} twoLines isTabStop />
                <span className={styles['soft']}>
                  {threatTexts.places[where]}
                  {state === '' || where !== 'finding' ? '' : `, ${state}`}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <FindingHistory finding={finding} />
    </>
  );
}

function Head({ finding }: { readonly finding: Finding }) {
  const { state, severity, note, path } = finding;
  const { word, tone } = findingStateWords[state];
  const isWindows = usePlatform() === 'win32';
  return (
    <Card>
      <div className={styles['head']}>
        <div className={styles['headWords']}>
          <SeverityWord severity={severity} />
          <StatusWord tone={tone}>{word}</StatusWord>
        </div>
        <div className={styles['headName']}>
          <h2>
            <PathText path={path} twoLines isWhole />
          </h2>
          <CopyButton text={displayPath(path, isWindows)} label={threatTexts.copyPath} hideLabel />
        </div>
        <p className={styles['soft']}>{note === '' ? stateHints[state] : displayText(note)}</p>
        {state === 'quarantined' && finding.vault_id !== null ? (
          <a href={hashOf('quarantine', finding.vault_id)}>{threatTexts.inQuarantine}</a>
        ) : null}
      </div>
    </Card>
  );
}

function FileCard({ explanation: { finding, engines } }: { readonly explanation: FindingExplanation }) {
  const { facts } = threatTexts;
  const { sha256 } = finding;
  return (
    <Card title={facts.title}>
      <Facts
        facts={[
          { name: facts.size, value: <BytesText sizeBytes={finding.size_bytes} /> },
          {
            name: facts.sha256,
            value: sha256 === null ? facts.noSha256 : <HashText sha256={sha256} />,
          },
          {
            name: facts.found,
            value: (
              <>
                <TimeText at={finding.found_at} />, {originWords[finding.origin]}
              </>
            ),
          },
          { name: facts.seen, value: <TimeText at={finding.seen_at} /> },
          { name: facts.engines, value: engines.map((engine) => engineWords[engine]).join(', ') },
        ]}
      />
    </Card>
  );
}
