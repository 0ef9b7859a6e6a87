// What one engine found: which rule, what it looks for in plain words, who wrote it, and the bytes that matched.
import { displayText } from '../../../shared/display-path.ts';
import type { FindingExplanation } from '../../../shared/page-documents.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { SeverityWord } from '../../components/status-word.tsx';
import { detectionKindWords, threatTexts } from '../../messages/threats.ts';
import { engineWords } from '../../messages/words.ts';
import { Facts } from '../common/facts.tsx';
import { keptMatches } from './hex-rows.ts';
import { HexView } from './hex-view.tsx';
import styles from './threats.module.css';

type Explained = FindingExplanation['detections'][number];

/** Matches that are seen at once. */
const shownAtOnce = 2;

export function DetectionPart({ detection, meaning, source, matches }: Explained) {
  const { rule: texts } = threatTexts;
  const kept = matches.length === 0 ? keptMatches(detection) : [];
  const all = matches.length === 0 ? kept : matches;
  const [shown, more] = [all.slice(0, shownAtOnce), all.slice(shownAtOnce)];
  const meta = Object.entries(detection.meta);
  return (
    <section className={styles['detection']}>
      <header className={styles['detectionHead']}>
        <span className={styles['detectionKind']}>
          {engineWords[detection.engine]} · {detectionKindWords[detection.kind]}
        </span>
        <SeverityWord severity={detection.severity} />
      </header>
      <h3 className={styles['ruleName']}>
        <bdi>{displayText(detection.name)}</bdi>
      </h3>
      {meaning === '' ? null : <p>{displayText(meaning)}</p>}
      {source === '' ? null : <p className={styles['soft']}>{displayText(source)}</p>}
      {kept.length === 0 ? null : <p className={styles['soft']}>{texts.keptOnly}</p>}
      {shown.map((match) => (
        <HexView key={`${match.pattern} ${match.offset}`} match={match} />
      ))}
      {more.length === 0 ? null : (
        <Disclosure title={texts.moreMatches(more.length)}>
          <div className={styles['stack']}>
            {more.map((match) => (
              <HexView key={`${match.pattern} ${match.offset}`} match={match} />
            ))}
          </div>
        </Disclosure>
      )}
      {meta.length === 0 ? null : (
        <Disclosure title={texts.metadata}>
          <Facts
            facts={meta.map(([name, value]) => ({
              name: displayText(name),
              value: displayText(String(value)),
            }))}
          />
        </Disclosure>
      )}
    </section>
  );
}
