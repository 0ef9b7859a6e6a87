import { describe, expect, test } from 'vitest';
import { describeFailure, silentFailure } from '../../../../src/cli/remote/connection-failure.ts';
import type { Exchanged } from '../../../../src/cli/remote/exchange.ts';
import { OpenFile } from '../../../../src/cli/remote/file-to-send.ts';
import { ScanClient } from '../../../../src/cli/remote/scan-client.ts';
import type { Asked } from '../../../../src/cli/remote/service-client.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';
import { identifyFile } from '../../../../src/core/intake/identify-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const url = parseServiceUrl('https://scanner', false);

function upload(exchanged: Exchanged, name = 'a', asked: Asked[] = []) {
  const client = {
    url,
    ask: () => Promise.reject(new TypeError('nothing is asked')),
    exchange(request: Asked) {
      asked.push(request);
      return Promise.resolve(exchanged);
    },
  };
  using folder = temporaryFolder();
  const identified = identifyFile(folder.write('a', 'bytes'), { maxFileSizeBytes: 100 });
  if (identified.kind === 'judged') throw new TypeError('it is judged');
  const opened = OpenFile.open(identified.file);
  if (typeof opened === 'symbol') throw new TypeError('it has changed');
  using _opened = opened;
  return new ScanClient(client, new AbortController().signal).upload({ name, sizeBytes: 5 }, opened);
}

describe('a file that is sent', () => {
  test('and about which nothing is heard in time is unscannable, and no more than that', async () => {
    const failure = silentFailure(url, 'did not answer', 600_000);
    const told = await upload({ kind: 'failed', failure, whileSending: false });
    expect(told).toMatchObject({
      verdict: {
        judgement: {
          kind: 'unscannable',
          reason: 'timeout',
          detail: 'https://scanner did not answer within 600 s',
        },
      },
    });
  });

  test('to nobody ends the scan', async () => {
    const failure = describeFailure(url, new Error('gone'));
    await expect(upload({ kind: 'failed', failure, whileSending: true })).rejects.toMatchObject({
      code: 'CALL_FAILED',
    });
  });

  test('has a name that any service takes', async () => {
    const asked: Asked[] = [];
    const failure = silentFailure(url, 'did not answer', 1);
    await upload({ kind: 'failed', failure, whileSending: false }, `\uDCFF&#${'😀'.repeat(150)}`, asked);
    const name = new URL(asked[0]?.path ?? '', 'https://scanner').searchParams.get('name') ?? '';
    expect([name.length <= 255, name.isWellFormed(), name.slice(0, 5)]).toEqual([true, true, '\uFFFD&#😀']);
  });
});
