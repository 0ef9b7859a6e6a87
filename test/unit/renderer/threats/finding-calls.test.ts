// What the acts ask of Vedette, a few at a time, and what an undo takes back.
import { afterEach, describe, expect, test } from 'vitest';
import { Client } from '../../../../src/renderer/client/client.ts';
import {
  actOnFindings,
  allowFindings,
  undoQuarantine,
  undoRemovedEntries,
} from '../../../../src/renderer/pages/threats/finding-calls.ts';
import type { AllowEntry } from '../../../../src/shared/allow-entry.ts';
import type { PageReply } from '../../../../src/shared/page-transport.ts';
import { finding } from '../../../renderer/fixtures.ts';

interface Asked {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

let asked: Asked[] = [];
const clients = new DisposableStack();

afterEach(() => {
  asked = [];
});

function clientThat(answer: (call: Asked) => unknown): Client {
  return clients.use(
    new Client(
      {
        kind: 'desktop',
        call(name, input): Promise<PageReply> {
          const call = { name, input: Object.fromEntries(Object.entries(input ?? {})) };
          asked.push(call);
          const value = answer(call);
          if (value instanceof Error) {
            const error = { code: 'CALL_FAILED', message: value.message, details: {} } as const;
            return Promise.resolve({ ok: false, error });
          }
          return Promise.resolve({ ok: true, value });
        },
        on: () => () => {},
        drop: () => Promise.resolve([]),
      },
      { isHidden: () => false, subscribe: () => () => {} },
    ),
  );
}

function done({ input }: Asked): unknown {
  const ids = Array.isArray(input['ids']) ? input['ids'] : [];
  return {
    outcomes: ids.map((id: number) => ({ id, ok: true, text: '', needs_confirmation: false, path: null })),
  };
}

const ids = Array.from({ length: 120 }, (_none, index) => index + 1);

describe('actOnFindings', () => {
  test('asks for fifty at a time, and joins what came of them', async () => {
    const { outcomes, problem } = await actOnFindings(clientThat(done), 'quarantine', ids);
    expect(asked.map(({ input }) => (Array.isArray(input['ids']) ? input['ids'].length : 0))).toEqual([
      50, 50, 20,
    ]);
    expect(outcomes.map(({ id }) => id)).toEqual(ids);
    expect(problem).toBe('');
  });

  test('is confirmed only when a person has confirmed', async () => {
    const client = clientThat(done);
    await actOnFindings(client, 'quarantine', [1]);
    await actOnFindings(client, 'quarantine', [1], { confirmed: true });
    expect(asked.map(({ input }) => input['confirmed'])).toEqual([false, true]);
  });

  test('a call that fails ends it, and what was done before is still told', async () => {
    const client = clientThat((call) =>
      asked.length > 1 ? new Error('Vedette cannot be reached.') : done(call),
    );
    const { outcomes, problem } = await actOnFindings(client, 'dismiss', ids);
    expect(outcomes).toHaveLength(50);
    expect(problem).toBe('Vedette cannot be reached.');
    expect(asked).toHaveLength(2);
  });
});

describe('undoQuarantine', () => {
  test('restores what these findings have in the vault, looked for page by page, to where it was', async () => {
    const pages = [
      [
        finding({ id: 90, state: 'quarantined', vault_id: 'a'.repeat(32) }),
        finding({ id: 80, vault_id: null }),
      ],
      [finding({ id: 70, state: 'quarantined', vault_id: 'b'.repeat(32) })],
    ];
    const client = clientThat((call) => {
      if (call.name !== 'findings.list') return done(call);
      return { findings: call.input['before'] === null ? pages[0] : pages[1], total: 3 };
    });
    await undoQuarantine(client, [70, 90]);
    expect(asked.map(({ name, input }) => [name, input['before']])).toEqual([
      ['findings.list', null],
      ['findings.list', 80],
      ['quarantine.restore', undefined],
    ]);
    expect(asked.at(-1)?.input).toEqual({
      ids: ['a'.repeat(32), 'b'.repeat(32)],
      to: null,
      allow: false,
      keep_mode: true,
      reason: '',
    });
  });

  test('asks for nothing to be restored when nothing is in the vault', async () => {
    await undoQuarantine(
      clientThat(() => ({ findings: [], total: 0 })),
      [1],
    );
    expect(asked.map(({ name }) => name)).toEqual(['findings.list']);
  });
});

test('allowing tells which entries it made, so that an undo leaves older ones alone', async () => {
  const entry = { kind: 'hash', reason: 'ours', author: 'user ada', created_at: 0 } as const;
  const old: AllowEntry = { ...entry, id: 1, value: 'b'.repeat(64) };
  const made: AllowEntry = { ...entry, id: 2, value: 'a'.repeat(64) };
  const client = clientThat((call) => {
    if (call.name === 'allow.list') return { entries: asked.length === 1 ? [old] : [old, made] };
    return done(call);
  });
  const findings = [finding({ id: 1, sha256: made.value }), finding({ id: 2, sha256: old.value })];
  expect((await allowFindings(client, findings, 'ours')).made).toEqual([2]);
  expect(asked[1]?.input).toMatchObject({ action: 'allow', ids: [1, 2], reason: 'ours' });
});

test('entries that were taken out come back as they were', async () => {
  const entry: AllowEntry = {
    id: 3,
    kind: 'path',
    value: '/srv/tools',
    reason: 'ours',
    author: 'user ada',
    created_at: 0,
  };
  await undoRemovedEntries(
    clientThat(() => ({ entry, is_new: true })),
    [entry],
  );
  expect(asked).toEqual([
    { name: 'allow.add', input: { kind: 'path', value: '/srv/tools', reason: 'ours' } },
  ]);
});
