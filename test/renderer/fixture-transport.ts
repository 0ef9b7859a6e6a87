// A carrier that answers from fixtures: `loading` never answers, `error` always refuses, `lost` loses the other side.
import type { PageReply, PageTransport } from '../../src/shared/page-transport.ts';
import { engineAnswers } from './answers/engines.ts';
import { figureAnswers } from './answers/figures.ts';
import { scanAnswers } from './answers/scans.ts';
import { settingAnswers } from './answers/settings.ts';
import { threatAnswers } from './answers/threats.ts';
import { fixtureState } from './fixtures.ts';

/** By the name of the call; `state` is what the address asks for. */
export type FixtureAnswers = Readonly<Record<string, (input: never, state: string) => unknown>>;

const answers: FixtureAnswers = {
  ...figureAnswers,
  ...threatAnswers,
  ...scanAnswers,
  ...engineAnswers,
  ...settingAnswers,
};

export function fixtureTransport(state: string): PageTransport {
  return {
    kind: state === 'service' ? 'service' : 'desktop',
    async call(name, input): Promise<PageReply> {
      if (state === 'loading') return await new Promise<PageReply>(() => {});
      const answer = answers[name];
      if (state === 'error' || answer === undefined) {
        const message = answer === undefined ? `no fixture answers ${name}` : 'the database is locked';
        return { ok: false, error: { code: 'CALL_FAILED', message, details: {} } };
      }
      return { ok: true, value: Reflect.apply(answer, undefined, [input, state]) };
    },
    on(listener, onLost) {
      if (state === 'loading') return () => {};
      const timer = setTimeout(() => {
        listener({ kind: 'snapshot', state: fixtureState(state) });
        if (state === 'lost') setTimeout(onLost, 50);
      });
      return () => clearTimeout(timer);
    },
    drop: () => Promise.resolve(['/home/ada/Downloads/archive.zip']),
  };
}
