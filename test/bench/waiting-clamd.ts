// A clamd that waits instead of working: it answers each file properly after a fixed time, any number of them at once.
import { FakeClamd, properAnswer } from '../helpers/fake-clamd.ts';

/** Costs next to no processor time, as a scanner on another machine would. */
export async function startWaitingClamd(answerMs: number): Promise<FakeClamd> {
  const clamd: FakeClamd = await FakeClamd.start({
    answer(request) {
      // The files of a long run are not kept.
      clamd.requests.length = 0;
      clamd.arrivals.length = 0;
      if (request.command !== 'INSTREAM') return properAnswer(request);
      const answer = properAnswer(request);
      setTimeout(() => {
        if (!request.socket.destroyed) request.socket.write(answer);
      }, answerMs);
      return null;
    },
  });
  return clamd;
}
