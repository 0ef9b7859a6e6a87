import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FindingAnswers } from '../../../src/cli/answer-findings.ts';
import { ScanFindings } from '../../../src/core/guard/scan-findings.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { openStore } from '../../../src/core/store/store.ts';
import type { ScanResult } from '../../../src/shared/scan-report.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { infected, outcomeOn } from '../core/guard/samples.ts';

async function answersOf(prepare: (dataDir: string) => void) {
  using folder = temporaryFolder();
  prepare(folder.path);
  using store = openStore({ folder: folder.path, logger: silentLogger });
  const reported: ScanResult[] = [];
  const moved: number[] = [];
  const answers = new FindingAnswers({
    findings: new ScanFindings(store, folder.path, 'user eve'),
    quarantine: ({ id }) => {
      moved.push(id);
      return Promise.resolve({ done: true, detail: 'Quarantined as abcd1234.' });
    },
    report: (result) => reported.push(result),
  });
  answers.answer(outcomeOn('/home/eve/a', infected));
  await answers.settled();
  return { moved, notices: answers.notices, quarantine: reported.map(({ quarantine }) => quarantine) };
}

test('what is found is written down, and moved when that was asked for', async () => {
  expect(await answersOf(() => {})).toEqual({
    moved: [1],
    notices: [],
    quarantine: [{ done: true, detail: 'Quarantined as abcd1234.' }],
  });
});

test('what cannot be written down is not moved, and both are said', async () => {
  expect(await answersOf((dataDir) => mkdirSync(join(dataDir, 'history.db')))).toEqual({
    moved: [],
    notices: ['What was found is not in the list of threats: the history takes nothing now.'],
    quarantine: [{ done: false, detail: expect.stringMatching(/^not moved: /) }],
  });
});
