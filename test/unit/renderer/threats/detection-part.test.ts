// What an engine found, as it stands on the page: whatever a rule or a file says stays text.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { DetectionPart } from '../../../../src/renderer/pages/threats/detection-part.tsx';
import { HexView } from '../../../../src/renderer/pages/threats/hex-view.tsx';

const hostile = '<img src=x onerror=alert(1)>';
const bytes = Buffer.from(`ab${hostile}`, 'latin1').toString('hex');
const match = { pattern: '$a', offset: 18, length: 5, start: 16, bytes_hex: bytes };

test('names, metadata and meanings with markup or turned text are shown as text', () => {
  const html = renderToStaticMarkup(
    createElement(DetectionPart, {
      detection: {
        engine: 'yara',
        name: hostile,
        severity: 'high',
        kind: 'rule',
        meta: { [hostile]: 'a\u202Eb' },
        matches: [],
      },
      meaning: hostile,
      source: 'a\u202Eb',
      matches: [match],
    }),
  );
  expect(html).not.toContain('<img');
  expect(html).not.toContain('\u202E');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).toContain('a&lt;U+202E&gt;b');
});

test('the bytes of a match are hidden from who cannot see them, and told as text instead', () => {
  const html = renderToStaticMarkup(createElement(HexView, { match }));
  expect(html).toContain('Matched bytes as text: &lt;img ');
  expect(html).toMatch(/aria-hidden="true"[^>]*><div[^>]*><span[^>]*>00000010/u);
  expect(html).toContain('0x12');
});

test('without the bytes around it, those kept with the finding are shown, and it is said so', () => {
  const html = renderToStaticMarkup(
    createElement(DetectionPart, {
      detection: {
        engine: 'yara',
        name: 'R',
        severity: 'low',
        kind: 'rule',
        meta: {},
        matches: [{ pattern: '$a', offset: 4, length: 2, bytes_hex: '4142' }],
      },
      meaning: '',
      source: '',
      matches: [],
    }),
  );
  expect(html).toContain('Only the bytes kept at the time of the finding');
  expect(html).toContain('Matched bytes as text: AB');
});
