// One quarantined file in full: where it was, what was found in it, who decided, what else has the same bytes.
import { Download, RotateCcw, Trash2 } from 'lucide-react';
import { displayPath, displayText } from '../../../shared/display-path.ts';
import type { VaultRecord } from '../../../shared/vault-record.ts';
import { Button } from '../../components/button.tsx';
import { BytesText } from '../../components/bytes-text.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { PathText } from '../../components/path-text.tsx';
import { SeverityWord, StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { quarantineTexts } from '../../messages/quarantine.ts';
import { actorText, detectionKindWords } from '../../messages/threats.ts';
import { engineWords } from '../../messages/words.ts';
import { Facts } from '../common/facts.tsx';
import { HashText } from '../common/hash-text.tsx';
import styles from './quarantine.module.css';
import { modeText } from './record-view.ts';
import type { VaultActs } from './use-vault-acts.tsx';

interface RecordDetailsProps {
  readonly record: VaultRecord;
  readonly acts: VaultActs;
}

export function RecordDetails({ record, acts }: RecordDetailsProps) {
  const isDamaged = record.state === 'damaged';
  const { facts } = quarantineTexts;
  const isWindows = usePlatform() === 'win32';
  const one = [record];
  return (
    <>
      <Card>
        <div className={styles['head']}>
          <StatusWord tone={isDamaged ? 'attention' : 'ok'}>
            {isDamaged ? quarantineTexts.damaged : quarantineTexts.storedLong}
          </StatusWord>
          <h2 className={styles['headName']}>
            <PathText path={record.path} twoLines isTabStop />
          </h2>
          <div className={styles['buttons']}>
            {isDamaged ? null : (
              <>
                <Button icon={RotateCcw} onClick={() => acts.restore(one)}>
                  {quarantineTexts.restore.label}
                </Button>
                <Button icon={Download} onClick={() => acts.exportZip(one)}>
                  {quarantineTexts.export.label}
                </Button>
              </>
            )}
            <Button icon={Trash2} onClick={() => acts.remove(one)}>
              {quarantineTexts.remove.label}
            </Button>
          </div>
        </div>
      </Card>
      {isDamaged ? (
        <Notice tone="attention" title={displayText(record.problem)}>
          {quarantineTexts.damagedOne}
        </Notice>
      ) : null}
      <OtherLinks record={record} />
      <Card title={quarantineTexts.detections}>
        {record.detections.length === 0 ? (
          <p className={styles['soft']}>{quarantineTexts.noDetections}</p>
        ) : (
          <ul className={styles['detections']}>
            {record.detections.map(({ engine, name, kind, severity }) => (
              <li key={`${engine} ${name}`} className={styles['detection']}>
                <span className={styles['detectionText']}>
                  <bdi className={styles['mono']}>{displayText(name)}</bdi>
                  <span className={styles['soft']}>
                    {engineWords[engine]} · {detectionKindWords[kind]}
                  </span>
                </span>
                <SeverityWord severity={severity} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={quarantineTexts.about}>
        <Facts
          facts={[
            { name: facts.where, value: <bdi>{displayPath(record.path, isWindows)}</bdi> },
            { name: facts.size, value: <BytesText sizeBytes={record.size_bytes} /> },
            {
              name: facts.sha256,
              value: <HashText sha256={record.sha256} />,
            },
            { name: facts.mode, value: <span className={styles['mono']}>{modeText(record.mode)}</span> },
            { name: facts.owner, value: quarantineTexts.ownerText(record.uid, record.gid) },
            { name: facts.when, value: <TimeText at={record.quarantined_at} /> },
            { name: facts.who, value: actorText(record.actor) },
            { name: facts.id, value: <span className={styles['mono']}>{record.id}</span> },
          ]}
        />
      </Card>
    </>
  );
}

function OtherLinks({ record }: { readonly record: VaultRecord }) {
  const { other_link_count: count, other_links: links } = record;
  if (count === 0) return null;
  const unknown = count - links.length;
  return (
    <Notice tone="attention" title={quarantineTexts.linksTitle(count)}>
      <p>{quarantineTexts.linksText}</p>
      <ul className={styles['links']}>
        {links.map((path) => (
          <li key={path}>
            <PathText path={path} twoLines isTabStop />
          </li>
        ))}
      </ul>
      {unknown > 0 ? <p>{quarantineTexts.linksUnknown(unknown)}</p> : null}
    </Notice>
  );
}
