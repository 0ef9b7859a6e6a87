// Findings page by page; what is shown stays while it is asked for anew, because a list that jumps cannot be read.
import { useCallback, useEffect, useState } from 'react';
import type { CallError } from '../../client/client.ts';
import { useClient, useSlice } from '../../client/client-context.ts';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import type { Finding, FindingState } from '../../../shared/finding.ts';

export interface FindingsQuery {
  /** Empty for all. */
  readonly states: readonly FindingState[];
  /** Only those of this scan. */
  readonly job: number | null;
}

export interface Findings {
  /** null until the first answer for this question. */
  readonly findings: readonly Finding[] | null;
  readonly total: number;
  readonly error: CallError | null;
  readonly isLoading: boolean;
  readonly showOlder: () => void;
  readonly reload: () => void;
}

interface Loaded {
  readonly key: string;
  readonly findings: readonly Finding[];
  readonly total: number;
}

const pageLimit = 100;
const refreshMs = 2000;

export function useFindings({ states, job }: FindingsQuery): Findings {
  const client = useClient();
  // Of a burst not every finding is worth a question of its own.
  const slice = useAtMostEvery(useSlice('findings'), refreshMs);
  const key = `${states.join(' ')} ${job ?? ''}`;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [pages, setPages] = useState({ key, count: 1 });
  const [round, setRound] = useState(0);
  const [error, setError] = useState<CallError | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  const count = pages.key === key ? pages.count : 1;

  useEffect(() => {
    let isCurrent = true;
    const wanted: FindingState[] = states.length === 0 ? [] : [...states];

    async function load(): Promise<Loaded> {
      const findings: Finding[] = [];
      let total = 0;
      for (let page = 0; page < count; page += 1) {
        const before = findings.at(-1)?.id ?? null;
        const answer = await client.call('findings.list', { states: wanted, job, before, limit: pageLimit });
        findings.push(...answer.findings);
        total = answer.total;
        if (answer.findings.length < pageLimit) break;
      }
      return { key, findings, total: Math.max(total, findings.length) };
    }

    function settle(answer: Loaded | null, problem: CallError | null): void {
      if (answer !== null) setLoaded(answer);
      setError(problem);
      setIsLoading(false);
    }

    setIsLoading(true);
    void load().then(
      (answer) => isCurrent && settle(answer, null),
      (problem: CallError) => isCurrent && settle(null, problem),
    );
    return () => {
      isCurrent = false;
    };
    // `states` is in `key`; the slice says that something became of a finding.
  }, [client, key, job, count, round, slice]);

  const showOlder = useCallback(() => setPages({ key, count: count + 1 }), [key, count]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const isForThis = loaded?.key === key;
  return {
    findings: isForThis ? loaded.findings : null,
    total: isForThis ? loaded.total : 0,
    error,
    isLoading,
    showOlder,
    reload,
  };
}
