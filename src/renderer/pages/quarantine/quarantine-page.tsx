// The quarantine page: every file that was moved into the vault, damaged ones too, and what can be done with them.
import { Archive, Download, RotateCcw, SearchX, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useCall } from '../../client/client-context.ts';
import { hashOf, navigate, useRoute } from '../../client/route.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import type { RowKey } from '../../components/table-selection.ts';
import { quarantineTexts } from '../../messages/quarantine.ts';
import { SelectionBar } from '../common/selection-bar.tsx';
import { SplitView } from '../common/split-view.tsx';
import styles from './quarantine.module.css';
import { RecordDetails } from './record-details.tsx';
import { orderRecords, searchRecords, totalBytes, type RecordOrder } from './record-view.ts';
import { RecordsTable } from './records-table.tsx';
import { useVaultActs } from './use-vault-acts.tsx';

const noKeys: ReadonlySet<RowKey> = new Set();

export function QuarantinePage() {
  const { detail } = useRoute();
  const answer = useCall('quarantine.list', {}, { refreshOn: ['quarantine'] });
  const acts = useVaultActs(answer.reload);
  const [question, setQuestion] = useState('');
  const [order, setOrder] = useState<RecordOrder>({ column: 'when', descending: true });
  const [selected, setSelected] = useState<ReadonlySet<RowKey>>(noKeys);
  const records = answer.value?.records ?? null;
  const shown = useMemo(
    () => (records === null ? [] : orderRecords(searchRecords(records, question), order)),
    [records, question, order],
  );
  const chosen = shown.filter(({ id }) => selected.has(id));
  const open = detail === null ? null : (records?.find(({ id }) => id === detail) ?? null);
  const damaged = records?.filter(({ state }) => state === 'damaged').length ?? 0;

  const list = (
    <>
      {records === null || records.length === 0 ? null : (
        <div className={styles['search']}>
          <SearchField value={question} onChange={setQuestion} label={quarantineTexts.search} />
        </div>
      )}
      {damaged === 0 ? null : (
        <Notice tone="attention" title={quarantineTexts.damagedTitle(damaged)}>
          {damaged === 1 ? quarantineTexts.damagedOne : quarantineTexts.damagedText}
        </Notice>
      )}
      {answer.state === 'error' && records !== null ? (
        <Notice tone="attention">{answer.error.message}</Notice>
      ) : null}
      <Card flush>
        {records === null ? (
          answer.state === 'error' ? (
            <ErrorState error={answer.error} onRetry={answer.reload} />
          ) : (
            <div className={styles['padded']}>
              <Skeleton lines={5} />
            </div>
          )
        ) : (
          <RecordsTable
            records={shown}
            order={order}
            onOrder={setOrder}
            selected={selected}
            onSelect={setSelected}
            isNarrow={detail !== null}
            empty={<Empty isSearch={question !== ''} />}
          />
        )}
      </Card>
      {chosen.length === 0 ? null : (
        <SelectionBar
          text={quarantineTexts.chosen(chosen.length, totalBytes(chosen))}
          clearLabel={quarantineTexts.unchoose}
          onClear={() => setSelected(noKeys)}
        >
          {chosen.some(({ state }) => state === 'stored') ? (
            <>
              <Button icon={RotateCcw} onClick={() => acts.restore(chosen)}>
                {quarantineTexts.restore.label}
              </Button>
              <Button icon={Download} onClick={() => acts.exportZip(chosen)}>
                {quarantineTexts.export.label}
              </Button>
            </>
          ) : null}
          <Button icon={Trash2} onClick={() => acts.remove(chosen)}>
            {quarantineTexts.remove.label}
          </Button>
        </SelectionBar>
      )}
    </>
  );

  return (
    <div className={styles['page']}>
      <PageHeader
        title={quarantineTexts.title}
        {...(records === null
          ? {}
          : { description: quarantineTexts.description(records.length, totalBytes(records)) })}
      />
      <SplitView
        list={list}
        panel={
          detail === null
            ? null
            : {
                key: detail,
                label: quarantineTexts.about,
                content:
                  records === null ? (
                    <Card>
                      <Skeleton lines={5} />
                    </Card>
                  ) : open === null ? (
                    <Card>
                      <EmptyState icon={SearchX} title={quarantineTexts.notFound} />
                    </Card>
                  ) : (
                    <RecordDetails record={open} acts={acts} />
                  ),
              }
        }
        backLabel={quarantineTexts.back}
        closeLabel={quarantineTexts.close}
        onClose={() => navigate('quarantine')}
      />
      {acts.dialogs}
    </div>
  );
}

function Empty({ isSearch }: { readonly isSearch: boolean }) {
  const { title, text } = isSearch ? quarantineTexts.noMatch : quarantineTexts.empty;
  return (
    <EmptyState
      icon={isSearch ? SearchX : Archive}
      title={title}
      text={text}
      action={
        isSearch ? undefined : <LinkButton href={hashOf('threats')}>{quarantineTexts.toThreats}</LinkButton>
      }
    />
  );
}
