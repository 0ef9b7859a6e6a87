// The list of findings with its filter, search and choice, and beside it the one that is looked at.
import { Archive, Check, Hand, RotateCcw, SearchX, ShieldCheck, Undo2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useSlice } from '../../client/client-context.ts';
import { hashOf, navigate } from '../../client/route.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import type { RowKey } from '../../components/table-selection.ts';
import { formatCount } from '../../format/numbers.ts';
import { threatTexts } from '../../messages/threats.ts';
import { SelectionBar } from '../common/selection-bar.tsx';
import { SplitView } from '../common/split-view.tsx';
import { FindingDetails } from './finding-details.tsx';
import {
  choicesForAll,
  findingFilters,
  searchFindings,
  statesOf,
  type FindingFilter,
} from './finding-view.ts';
import { FindingsTable } from './findings-table.tsx';
import styles from './threats.module.css';
import { useAllowList } from './use-allow-list.ts';
import { useFindingActs } from './use-finding-acts.tsx';
import { useFindings } from './use-findings.ts';

const noKeys: ReadonlySet<RowKey> = new Set();

export function FindingsView({ detailId }: { readonly detailId: number | null }) {
  const open = useSlice('findings')?.open ?? null;
  const [chosenFilter, setFilter] = useState<FindingFilter | null>(null);
  // Decided once: a list that is settled one by one does not turn into another one meanwhile.
  if (chosenFilter === null && open !== null) setFilter(open > 0 ? 'open' : 'all');
  const filter = chosenFilter ?? 'all';
  const [question, setQuestion] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<RowKey>>(noKeys);
  const list = useFindings({ states: statesOf(filter), job: null });
  const acts = useFindingActs(list.reload);
  const allowList = useAllowList(list.reload);

  const shown = useMemo(
    () => (list.findings === null ? [] : searchFindings(list.findings, question)),
    [list.findings, question],
  );
  const chosen = shown.filter(({ id }) => selected.has(id));
  const choices = choicesForAll(chosen);
  // What was settled is chosen no longer: the next act is about something else.
  useEffect(() => setSelected(noKeys), [filter]);

  const { filter: words, actions } = threatTexts;
  const options = findingFilters.map((value) => ({
    value,
    label:
      value === 'open' && open !== null && open > 0 ? `${words.open} (${formatCount(open)})` : words[value],
  }));

  const content = (
    <>
      <div className={styles['toolbar']}>
        <Segmented label={words.label} options={options} value={filter} onChange={setFilter} />
        <div className={styles['search']}>
          <SearchField value={question} onChange={setQuestion} label={threatTexts.search} />
        </div>
      </div>
      {list.error !== null && list.findings !== null ? (
        <Notice tone="attention">{list.error.message}</Notice>
      ) : null}
      <Card flush>
        {list.findings === null ? (
          list.error === null ? (
            <div className={styles['padded']}>
              <Skeleton lines={6} />
            </div>
          ) : (
            <ErrorState error={list.error} onRetry={list.reload} />
          )
        ) : (
          <FindingsTable
            findings={shown}
            acts={acts}
            isNarrow={detailId !== null}
            selected={selected}
            onSelect={setSelected}
            empty={<Empty filter={filter} isSearch={question !== ''} onShowAll={() => setFilter('all')} />}
          />
        )}
      </Card>
      {chosen.length === 0 ? null : (
        <SelectionBar
          text={threatTexts.chosen(chosen.length)}
          clearLabel={threatTexts.unchoose}
          onClear={() => setSelected(noKeys)}
        >
          {choices.quarantine ? (
            <Button tone="primary" icon={Archive} busy={acts.isBusy} onClick={() => acts.quarantine(chosen)}>
              {actions.quarantine.label}
            </Button>
          ) : null}
          {choices.restore ? (
            <Button icon={RotateCcw} disabled={acts.isBusy} onClick={() => acts.restore(chosen)}>
              {actions.restore.label}
            </Button>
          ) : null}
          {choices.allow ? (
            <Button icon={Check} disabled={acts.isBusy} onClick={() => acts.allow(chosen)}>
              {actions.allow.label}
            </Button>
          ) : null}
          {choices.dismiss ? (
            <Button icon={Hand} disabled={acts.isBusy} onClick={() => acts.dismiss(chosen)}>
              {actions.dismiss.label}
            </Button>
          ) : null}
          {choices.reopen ? (
            <Button icon={Undo2} disabled={acts.isBusy} onClick={() => acts.reopen(chosen)}>
              {actions.reopen.label}
            </Button>
          ) : null}
        </SelectionBar>
      )}
      {list.findings === null || list.findings.length === 0 ? null : (
        <div className={styles['foot']}>
          <span className={styles['soft']}>
            {question === ''
              ? threatTexts.shown(list.findings.length, list.total)
              : threatTexts.searchIsPartial(list.findings.length)}
          </span>
          {list.findings.length < list.total ? (
            <Button busy={list.isLoading} onClick={list.showOlder}>
              {threatTexts.older}
            </Button>
          ) : null}
        </div>
      )}
    </>
  );

  return (
    <>
      <SplitView
        list={content}
        panel={
          detailId === null
            ? null
            : {
                key: String(detailId),
                label: threatTexts.why,
                content: (
                  <FindingDetails
                    key={detailId}
                    id={detailId}
                    acts={acts}
                    onRemoveEntry={(id) => void allowList.remove([id])}
                  />
                ),
              }
        }
        backLabel={threatTexts.back}
        closeLabel={threatTexts.close}
        onClose={() => navigate('threats')}
      />
      {acts.dialogs}
    </>
  );
}

interface EmptyProps {
  readonly filter: FindingFilter;
  readonly isSearch: boolean;
  readonly onShowAll: () => void;
}

function Empty({ filter, isSearch, onShowAll }: EmptyProps) {
  const { empty, showAll, scanNow } = threatTexts;
  const { title, text } = isSearch ? empty.search : empty[filter];
  const action = isSearch ? undefined : filter === 'all' ? (
    <LinkButton href={hashOf('scan')}>{scanNow}</LinkButton>
  ) : (
    <Button onClick={onShowAll}>{showAll}</Button>
  );
  return <EmptyState icon={isSearch ? SearchX : ShieldCheck} title={title} text={text} action={action} />;
}
