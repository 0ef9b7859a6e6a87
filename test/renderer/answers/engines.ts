// What the fixtures answer to the calls about engines.
import type { EnginesDocument } from '../../../src/shared/page-documents.ts';
import type { FixtureAnswers } from '../fixture-transport.ts';
import { fixtureState } from '../fixtures.ts';

const builtIn = { path: '/opt/vedette/assets/rules', built_in: true, files: 3, rules: 14 };

function enginesDocument(state: string): EnginesDocument {
  const { engines } = fixtureState(state);
  const whole: EnginesDocument = {
    engines: engines.map((engine) =>
      engine.name === 'hash' ? { ...engine, detail: '1 known bad and 0 known good hashes' } : engine,
    ),
    clamd: {
      choice: 'auto',
      kind: state === 'busy' ? 'found' : 'managed',
      address: state === 'busy' ? '/run/clamav/clamd.ctl' : '/home/ada/.local/share/vedette/clamd/clamd.sock',
      install_command: '',
    },
    yara: { binding: 'native 0.3.0', rule_folders: [builtIn], problems: [] },
    signatures: { age_days: 0.21, warning_days: 7, generation: 'b4c1f07a92e6' },
  };
  if (state === 'threat') return { ...whole, signatures: { ...whole.signatures, age_days: 11.4 } };
  if (state !== 'degraded') return whole;
  const file = '/home/ada/rules/office.yar';
  return {
    ...whole,
    engines: whole.engines.map((engine) =>
      engine.name === 'yara'
        ? {
            ...engine,
            state: 'reduced',
            detail: '61 rules from 6 files; 2 rule files or folders have problems: see `vedette rules check`',
            signatures: 61,
          }
        : engine,
    ),
    clamd: {
      choice: 'auto',
      kind: 'none',
      address: '',
      install_command: 'sudo apt install clamav-daemon',
    },
    yara: {
      ...whole.yara,
      rule_folders: [builtIn, { path: '/home/ada/rules', built_in: false, files: 3, rules: 47 }],
      problems: [
        { file, line: 41, message: 'unknown identifier `$macros`: this identifier has not been declared' },
        { file, line: 88, message: 'syntax error: expected `}`, found end of file' },
        { file: '/home/ada/rules/old', line: null, message: 'the folder cannot be read: permission denied' },
      ],
    },
    signatures: { age_days: null, warning_days: 7, generation: '77a90c3b51d2' },
  };
}

export const engineAnswers: FixtureAnswers = {
  'engines.show': (_input, state) => enginesDocument(state),
  'signatures.update': () => ({ started: true, text: 'Fetching new signatures.' }),
  'desktop.open-link': () => ({}),
};
