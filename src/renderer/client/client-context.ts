// How components reach the client: slices of the state, calls that are repeated when what they show has changed.
import { createContext, use, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { AppState, SliceName } from '../../shared/app-state.ts';
import type { PageCallName, PageInput, PageOutput } from '../../shared/page-transport.ts';
import type { CallError, Client } from './client.ts';
import type { Connection } from './state-store.ts';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = use(ClientContext);
  if (client === null) throw new Error('a page stands outside of its client');
  return client;
}

/** null until the snapshot is there. */
export function useSlice<Name extends SliceName>(name: Name): AppState[Name] | null {
  const { store } = useClient();
  return useSyncExternalStore(store.subscribe, () => store.slice(name));
}

export function useConnection(): Connection {
  const { store } = useClient();
  return useSyncExternalStore(store.subscribe, () => store.connection);
}

/** Acts when Vedette answers again after it did not. @param act the same one every time. */
export function useWhenBack(act: () => void): void {
  const connection = useConnection();
  const wasLost = useRef(false);
  useEffect(() => {
    const isBack = connection === 'live' && wasLost.current;
    wasLost.current = connection === 'lost';
    if (isBack) act();
  }, [connection, act]);
}

/** False once this page has no session any more. */
export function useAdmission(): boolean {
  return useConnection() !== 'refused';
}

export type CallState<Value> = (
  | { readonly state: 'loading'; readonly value: null; readonly error: null }
  | { readonly state: 'ready'; readonly value: Value; readonly error: null }
  /** `value` is what was known before, where anything was. */
  | { readonly state: 'error'; readonly value: Value | null; readonly error: CallError }
) & { readonly reload: () => void };

export interface CallOptions {
  /** Asked again when one of these changes. */
  readonly refreshOn?: readonly SliceName[];
  /** Asked again after so long, milliseconds. */
  readonly everyMs?: number;
}

type Answer<Value> =
  | { readonly key: string; readonly ok: true; readonly value: Value }
  | { readonly key: string; readonly ok: false; readonly value: Value | null; readonly error: CallError };

/**
 * Asks once, and again when the input, a slice of `refreshOn` or the time says so, or Vedette is back; an old answer stays
 * meanwhile.
 */
export function useCall<Name extends PageCallName>(
  name: Name,
  input: PageInput<Name>,
  { refreshOn = [], everyMs }: CallOptions = {},
): CallState<PageOutput<Name>> {
  const client = useClient();
  const key = `${name} ${JSON.stringify(input)}`;
  const [answer, setAnswer] = useState<Answer<PageOutput<Name>> | null>(null);
  const [round, setRound] = useState(0);
  const inputRef = useRef(input);
  inputRef.current = input;
  const slices = refreshOn.join(' ');

  useEffect(() => {
    let isCurrent = true;
    client.call(name, inputRef.current).then(
      (value) => isCurrent && setAnswer({ key, ok: true, value }),
      (error: CallError) =>
        isCurrent &&
        setAnswer((before) => ({ key, ok: false, value: before?.key === key ? before.value : null, error })),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, name, key, round]);

  useEffect(() => {
    const names = slices === '' ? [] : slices.split(' ');
    function valuesOf(): readonly unknown[] {
      const state = client.store.state;
      return state === null
        ? []
        : Object.entries(state).flatMap(([slice, value]) => (names.includes(slice) ? [value] : []));
    }
    if (names.length === 0) return undefined;
    let before = valuesOf();
    return client.store.subscribe(() => {
      const now = valuesOf();
      const isNew = now.some((value, index) => value !== before[index]);
      const wasKnown = before.length > 0;
      before = now;
      if (isNew && wasKnown) setRound((last) => last + 1);
    });
  }, [client, slices]);

  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') setRound((last) => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);

  const reload = useCallback(() => setRound((last) => last + 1), []);
  useWhenBack(reload);
  if (answer === null || answer.key !== key) return { state: 'loading', value: null, error: null, reload };
  if (answer.ok) return { state: 'ready', value: answer.value, error: null, reload };
  return { state: 'error', value: answer.value, error: answer.error, reload };
}
