import { describe, expect, test } from 'vitest';
import {
  detectionMeaning,
  detectionSource,
  isUnofficial,
} from '../../../../src/core/explain/detection-meaning.ts';
import type { Detection } from '../../../../src/shared/verdict.ts';

function detection(changes: Partial<Detection>): Detection {
  return { engine: 'yara', name: 'Rule', severity: 'high', kind: 'rule', meta: {}, matches: [], ...changes };
}

function named(name: string): string {
  return detectionMeaning(detection({ engine: 'clamav', kind: 'signature', name }));
}

describe('what a detection means', () => {
  test.each([
    [
      'Win.Ransomware.Conti-9850238-0',
      'By its name, a program that encrypts files and asks for money, for Windows.',
    ],
    [
      'Unix.Trojan.Mirai-7100807-0',
      'By its name, a program that pretends to be something else, for Linux and Unix.',
    ],
    [
      'Doc.Downloader.Emotet-1',
      'By its name, something that fetches another program and starts it, for Microsoft Office documents.',
    ],
    ['Weird_Name', 'By its name, a file that is known to be harmful.'],
    ['', 'By its name, a file that is known to be harmful.'],
    // Words that every object of JavaScript has.
    ['constructor.toString.__proto__-1', 'By its name, a file that is known to be harmful.'],
  ])('%j is read from the name of a signature', (name, meaning) => {
    expect(named(name)).toBe(meaning);
  });

  test('is what the rule itself says, as a sentence', () => {
    const meta = { description: ' detects a reverse shell ' };
    expect(detectionMeaning(detection({ meta }))).toBe('Detects a reverse shell.');
    expect(detectionMeaning(detection({ meta: { description: 'Is it?' } }))).toBe('Is it?');
    for (const description of ['', '  ', 7, true]) {
      expect(detectionMeaning(detection({ meta: { description } }))).toContain('the rule has no description');
    }
  });

  test.each(['hash', 'heuristic', 'pua', 'rule', 'signature'] as const)(
    'is a sentence for every %s',
    (kind) => {
      expect(detectionMeaning(detection({ kind }))).toMatch(/^[A-Z].*\.$/);
    },
  );

  test.each([
    'Win.Test.EICAR_HDB-1',
    'Eicar-Test-Signature',
    'Eicar-Signature.UNOFFICIAL',
    'eicar_test_file',
    'Vedette.Test.EICAR',
  ])('is harmless for %s', (name) => {
    expect(named(name)).toMatch(/^The EICAR test file: harmless/);
  });

  test.each(['Win.Trojan.Eicar-Dropper-1', 'NotEicarAtAll', 'Eicar.Ransomware'])(
    'is not harmless for %s, which only has the word in it',
    (name) => {
      expect(named(name)).not.toContain('harmless');
    },
  );
});

describe('who says so', () => {
  test.each([
    [
      { meta: { author: ' Eve ', reference: 'https://example.org/a' } },
      'Written by Eve · https://example.org/a',
    ],
    [{ meta: { reference: 'a report' } }, 'a report'],
    [{ meta: { author: 7 } }, ''],
    [{ kind: 'hash', engine: 'hash' }, 'A list of known bad files'],
    [{ kind: 'signature', engine: 'clamav', name: 'Win.A-1' }, 'A database of clamd'],
    [
      { kind: 'signature', engine: 'clamav', name: 'Bad.UNOFFICIAL' },
      'A database that is not of the ClamAV project',
    ],
  ] satisfies [Partial<Detection>, string][])('of %j is %j', (changes, source) => {
    expect(detectionSource(detection(changes))).toBe(source);
  });

  test('is the project, unless the name ends otherwise', () => {
    expect(isUnofficial('A.UNOFFICIAL')).toBe(true);
    expect(isUnofficial('A.UNOFFICIAL.B')).toBe(false);
  });
});
