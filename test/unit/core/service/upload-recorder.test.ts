import { expect, test, vi } from 'vitest';
import { identityFor, finding, hashOf } from '../../../helpers/store-entries.ts';
import type { FindingDesk } from '../../../../src/core/guard/finding-desk.ts';
import { uploadPath, uploadRecorder } from '../../../../src/core/service/upload-recorder.ts';

test.each([
  ['letter.doc', 'upload:letter.doc'],
  ['', 'upload:unnamed'],
  ['../../etc/passwd', 'upload:../../etc/passwd'],
  ['a\nb\u001B[2J\u202E', 'upload:a\\nb\\x1b[2J\\u{202e}'],
  ['\uD800', 'upload:\uFFFD'],
  ['x'.repeat(300), `upload:${'x'.repeat(255)}`],
  [`${'x'.repeat(254)}\u{1F600}`, `upload:${'x'.repeat(254)}\uFFFD`],
])('an upload of the name %j is told as %j', (name, path) => {
  expect(uploadPath(name)).toBe(path);
});

test('what is found in an upload is a finding that is gone, under the name of the upload', () => {
  const record = vi.fn<FindingDesk['record']>();
  const outcome = {
    request: { path: '/data/uploads/0', priority: 'high', origin: 'api', isPassing: true },
    verdict: {
      judgement: { kind: 'infected', detections: [finding] },
      engines: ['yara'],
      sha256: hashOf(1),
      sizeBytes: 1,
      durationMs: 1,
      cachedFrom: null,
    },
    identity: identityFor(1),
    savedMs: 0,
  } as const;
  uploadRecorder({ record })(outcome, 'a.zip', 'api eve');
  expect(record.mock.calls).toEqual([
    [
      { ...outcome, request: { ...outcome.request, path: 'upload:a.zip' } },
      {
        state: 'gone',
        note: 'It was uploaded to be scanned, and nothing of it was kept.',
        jobId: null,
        actor: 'api eve',
      },
    ],
  ]);
});
