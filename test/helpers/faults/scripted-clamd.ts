// A fake clamd that passes the questions asked at the start and then does with each file what a test says.
import { FakeClamd, properAnswer, type FakeAnswer, type FakeOptions } from '../fake-clamd.ts';

export const scriptedVersion = 'ClamAV 1.4.6/27300/Sat Nov 15 09:00:00 2025';

/** @param onFile answers each INSTREAM; all else is answered as a healthy clamd does. */
export function startScriptedClamd(
  onFile: FakeAnswer,
  options: Omit<FakeOptions, 'answer'> = {},
): Promise<FakeClamd> {
  return FakeClamd.start({
    ...options,
    answer(request) {
      if (request.command === 'VERSION') return `${request.prefix}${scriptedVersion}\0`;
      return request.command === 'INSTREAM' ? onFile(request) : properAnswer(request);
    },
  });
}
