import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Badge } from '../../../../src/renderer/components/badge.tsx';
import { Button } from '../../../../src/renderer/components/button.tsx';
import { CodeText } from '../../../../src/renderer/components/code-text.tsx';
import { DataTable } from '../../../../src/renderer/components/data-table.tsx';
import { PathText } from '../../../../src/renderer/components/path-text.tsx';
import { VerdictWord } from '../../../../src/renderer/components/status-word.tsx';
import { TextField } from '../../../../src/renderer/components/text-field.tsx';
import { verdictWords } from '../../../../src/renderer/messages/words.ts';
import { verdictKindSchema } from '../../../../src/shared/verdict.ts';

/** Attributes that only dress it are left out. */
function drawn(element: ReactElement): string {
  return renderToStaticMarkup(element).replace(/ (?:class|style|id|data-[\w-]+)="[^"]*"/g, '');
}

interface Row {
  readonly id: number;
}

const table = {
  label: 'Threats',
  columns: [{ key: 'id', title: 'Number', render: ({ id }: Row) => String(id), isSortable: true }],
  rowKey: ({ id }: Row) => id,
  empty: 'None',
};

describe('what the components are to who cannot see them', () => {
  test('only clean is called clean', () => {
    const clean = verdictKindSchema.options.filter((verdict) => /clean/i.test(verdictWords[verdict].word));
    expect(clean).toEqual(['clean']);
    expect(drawn(createElement(VerdictWord, { verdict: 'unscannable' }))).toContain('Could not be checked');
  });

  test('a path says all of its name, harmlessly', () => {
    const text = drawn(createElement(PathText, { path: '/tmp/<b>\u202efdp.exe', twoLines: true }));
    expect(text.replaceAll(/<[^>]*>/g, '')).toBe('&lt;b&gt;\\u{202e}fdp.exe/tmp');
  });

  test('what stands between backticks is code; a name with one of them stays as it is', () => {
    expect(drawn(createElement(CodeText, { text: 'run `vedette rules check`, then `freshclam`' }))).toBe(
      'run <code>vedette rules check</code>, then <code>freshclam</code>',
    );
    expect(drawn(createElement(CodeText, { text: '/home/ada/it`s cannot be read' }))).toBe(
      '/home/ada/it`s cannot be read',
    );
  });

  test('a button that cannot be used stays reachable and says why', () => {
    const text = drawn(createElement(Button, { disabledReason: 'No engine is ready.' }, 'Start'));
    expect(text).toContain('aria-disabled="true"');
    expect(text).not.toMatch(/<button[^>]* disabled/);
    expect(text).toMatch(/aria-describedby="[^"]+"/);
    expect(text).toContain('>No engine is ready.<');
  });

  test('what is wrong with a field is read with it', () => {
    const text = renderToStaticMarkup(
      createElement(TextField, { label: 'Reason', value: '', onChange: () => {}, error: 'Say why.' }),
    );
    const describedBy = /aria-describedby="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain(`id="${describedBy}"`);
  });

  test('a count of none is nothing', () => {
    expect(drawn(createElement(Badge, { count: 0, label: 'open threats' }))).toBe('');
    expect(drawn(createElement(Badge, { count: 120, label: '120 open threats' }))).toContain('99+');
  });

  test('a table is a table, with the order it is in', () => {
    const text = drawn(
      createElement(DataTable<Row>, {
        ...table,
        rows: [{ id: 1 }, { id: 2 }],
        rowLabel: ({ id }) => `threat ${id}`,
        onSelect: () => {},
        selected: new Set([2]),
        sort: { key: 'id', direction: 'descending' },
        onSort: () => {},
        href: ({ id }) => `#/threats/${id}`,
      }),
    );
    expect(text).toContain('<caption>');
    expect(text).toMatch(/<th scope="col" aria-sort="descending">/);
    expect(text).toContain('aria-label="Select threat 1"');
    expect(text).toContain('<a href="#/threats/2">2</a>');
    expect(text.match(/<tr/g)).toHaveLength(3);
  });

  test('a long table draws a few rows and counts all', () => {
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id }));
    const text = drawn(createElement(DataTable<Row>, { ...table, rows }));
    expect(text).toContain('aria-rowcount="5001"');
    expect(text.match(/<tr/g)?.length).toBeLessThan(60);
  });

  test('a table without rows says so instead', () => {
    expect(drawn(createElement(DataTable<Row>, { ...table, rows: [] }))).toBe('None');
  });
});
