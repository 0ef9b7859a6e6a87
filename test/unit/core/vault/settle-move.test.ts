import { describe, expect, it } from 'vitest';
import { settleQuarantine, settleRestore } from '../../../../src/core/vault/settle-move.ts';

const objects = ['intact', 'damaged', 'none'] as const;

describe('a move into the vault that was cut short', () => {
  const sources = ['same', 'other', 'gone', 'unknown'] as const;

  it.each([
    ['intact', 'same', 'completed', ['source']],
    ['intact', 'gone', 'completed', []],
    ['intact', 'other', 'completed', []],
    ['intact', 'unknown', 'completed', []],
    ['damaged', 'same', 'undone', ['object']],
    ['damaged', 'gone', 'lost?', []],
    ['none', 'same', 'undone', ['object']],
    ['none', 'gone', 'lost?', []],
  ] as const)('object %s, source %s: %s', (object, source, outcome, remove) => {
    expect(settleQuarantine({ wasStored: true, object, source })).toMatchObject({ outcome, remove });
  });

  it('never removes both, and no source but beside an intact object', () => {
    const cuts = [true, false].flatMap((wasStored) =>
      objects.flatMap((object) => sources.map((source) => ({ wasStored, object, source }))),
    );
    const removing = cuts.map((cut) => ({ cut, ...settleQuarantine(cut) }));
    expect(removing.filter(({ remove }) => remove.length > 1)).toEqual([]);
    expect(removing.filter(({ remove }) => remove.includes('source')).map(({ cut }) => cut)).toEqual([
      { wasStored: true, object: 'intact', source: 'same' },
      { wasStored: false, object: 'intact', source: 'same' },
    ]);
    const withoutObject = removing.filter(({ remove }) => remove.includes('object'));
    expect(withoutObject.filter(({ cut }) => cut.object === 'intact' || cut.source !== 'same')).toEqual([]);
    const untouched = removing.filter(({ cut }) => cut.object === 'none' && !cut.wasStored);
    expect(untouched.filter(({ outcome }) => outcome !== 'undone')).toEqual([]);
  });
});

describe('a move out of the vault that was cut short', () => {
  const yesNo = [true, false];
  const finals = ['whole', 'begun', 'other', 'none', 'unknown'] as const;
  const places = objects.flatMap((object) =>
    finals.flatMap((final) => (['there', 'none'] as const).map((copy) => ({ object, final, copy }))),
  );
  const cuts = places.flatMap((place) =>
    yesNo.flatMap((wasRestored) =>
      yesNo.flatMap((wroteInPlace) =>
        yesNo.map((isLinked) => ({ ...place, wasRestored, wroteInPlace, isLinked })),
      ),
    ),
  );
  const settled = cuts.map((cut) => ({ cut, ...settleRestore(cut) }));

  it('removes the object only beside a whole file', () => {
    const without = settled.filter(({ remove }) => remove.includes('object'));
    expect(new Set(without.map(({ cut }) => cut.final))).toEqual(new Set(['whole']));
  });

  it('removes a file only where it began to grow in place, beside an intact object', () => {
    const without = settled.filter(({ remove }) => remove.includes('final'));
    expect(new Set(without.map(({ cut }) => `${cut.object} ${cut.final} ${cut.wroteInPlace}`))).toEqual(
      new Set(['intact begun true']),
    );
  });

  it('keeps the copy while it may be the only one', () => {
    const without = settled.filter(({ remove }) => remove.includes('copy'));
    expect(without.length).toBeGreaterThan(0);
    const rash = without.filter(
      ({ cut }) => cut.object !== 'intact' && cut.final !== 'whole' && !cut.wasRestored,
    );
    expect(rash).toEqual([]);
  });
});
