// Rules that are broken, absent, many or endless: what works goes on working, and what does not is named.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eicar } from '../helpers/eicar.ts';
import { clamdMarker, kindOf, Scene, vedette } from '../helpers/faults/scene.ts';
import { hasClamd } from '../helpers/real-clamd.ts';

function rulesFolder(scene: Scene, files: Readonly<Record<string, string>>): string {
  const folder = join(scene.folder, 'rules');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const goodRule = 'rule fault_only_yara { strings: $a = "seen by yara alone" condition: $a }\n';
const brokenRule =
  'rule first { condition: true }\n\nrule second {\n  strings:\n    $a = "x\n  condition: $a\n}\n';

describe('rules', () => {
  it('that do not compile are named with file and line, and the others stay in force', async () => {
    using scene = new Scene();
    const rules = rulesFolder(scene, { 'good.yar': goodRule, 'broken.yar': brokenRule });
    scene.write('found', 'seen by yara alone');
    const scanned = await scene.scan({ options: [`--rules=${rules}`] });
    expect(kindOf(scanned.of('found'))).toBe('infected');
    const yara = scanned.summary.engines.find(({ name }) => name === 'yara');
    expect(yara).toMatchObject({ state: 'reduced', detail: expect.stringMatching(/1 rule file/) });
    const checked = spawnSync(vedette, ['rules', 'check', '--json', rules], { encoding: 'utf8' });
    expect(checked.stdout).toMatch(/"line":\s*5/);
    expect(checked.stdout).toContain('broken.yar');
    expect(checked.status).not.toBe(0);
  });

  it('may be none in a file', async () => {
    using scene = new Scene();
    const rules = rulesFolder(scene, { 'none.yar': '// nothing\n', 'empty.yar': '' });
    scene.write('plain', 'plain');
    const scanned = await scene.scan({ options: [`--rules=${rules}`] });
    expect(kindOf(scanned.of('plain'))).toBe('clean');
  });

  it('may be five thousand', async () => {
    using scene = new Scene();
    const text = Array.from(
      { length: 5000 },
      (_, index) => `rule many_${index} { strings: $a = "text number ${index} of many" condition: $a }`,
    );
    const rules = rulesFolder(scene, { 'many.yar': text.join('\n') });
    scene.write('found', 'text number 4321 of many');
    scene.write('plain', 'text number x of many');
    const scanned = await scene.scan({ options: [`--rules=${rules}`] });
    expect(scanned.of('found').detections.map(({ name }) => name)).toEqual(['many_4321']);
    expect(kindOf(scanned.of('plain'))).toBe('clean');
    const yara = scanned.summary.engines.find(({ name }) => name === 'yara');
    expect(yara?.signatures).toBeGreaterThanOrEqual(5000);
  });

  it('that never end cost their file a timeout and the others nothing', async () => {
    using scene = new Scene();
    const endless = `rule endless { strings: $a = "endless" condition: $a and
      for all i in (0..2000000000) : ( for all j in (0..2000000000) : ( uint8(i % 7) + j >= 0 ) ) }`;
    const rules = rulesFolder(scene, { 'endless.yar': endless });
    for (let index = 0; index < 20; index += 1) scene.write(`file-${index}`, `plain ${index}`);
    scene.write('bad', 'endless');
    scene.write('found', eicar());
    const run = { options: [`--rules=${rules}`], settings: { scan_timeout_seconds: 4 } };
    const first = await scene.scan(run);
    expect(kindOf(first.of('bad'))).toBe('unscannable/timeout');
    expect(first.summary).toMatchObject({ files: 22, clean: 20, infected: 1, unscannable: 1 });
    // Not tried again, also by another process: that would cost another timeout.
    const again = await scene.scan(run);
    expect(kindOf(again.of('bad'))).toBe('unscannable/poison');
    expect(again.summary).toMatchObject({ clean: 20, infected: 1 });
    // Without that rule it is another matter.
    expect(kindOf((await scene.scan()).of('bad'))).toBe('clean');
  });

  it.skipIf(!hasClamd)('and clamd may disagree: both are shown, hybrid only where both found', async () => {
    using scene = new Scene();
    const rules = rulesFolder(scene, { 'good.yar': goodRule });
    scene.write('yara', 'seen by yara alone');
    scene.write('clamd', clamdMarker);
    scene.write('both', `seen by yara alone ${clamdMarker}`);
    scene.write('none', 'plain');
    const scanned = await scene.scan({ clamd: 'managed', options: [`--rules=${rules}`] });
    const shown = Object.fromEntries(
      ['yara', 'clamd', 'both', 'none'].map((name) => {
        const { verdict, hybrid, engines, detections } = scanned.of(name);
        return [
          name,
          [
            verdict,
            hybrid,
            engines.join(),
            detections
              .map(({ engine }) => engine)
              .toSorted()
              .join(),
          ],
        ];
      }),
    );
    expect(shown).toEqual({
      yara: ['infected', false, 'clamav,yara,hash', 'yara'],
      clamd: ['infected', false, 'clamav,yara,hash', 'clamav'],
      both: ['infected', true, 'clamav,yara,hash', 'clamav,yara'],
      none: ['clean', false, 'clamav,yara,hash', ''],
    });
  });

  it('that lost a file are told apart by their generation', async () => {
    using scene = new Scene();
    scene.write('plain', 'plain');
    const rules = rulesFolder(scene, { 'good.yar': goodRule });
    const generation = z.string().min(1);
    const before = generation.parse((await scene.scan({ options: [`--rules=${rules}`] })).summary.generation);
    writeFileSync(join(rules, 'good.yar'), goodRule.replace('alone', 'here'));
    const after = generation.parse((await scene.scan({ options: [`--rules=${rules}`] })).summary.generation);
    expect(after).not.toBe(before);
  });
});
