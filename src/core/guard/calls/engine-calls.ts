// What looks at files, what it knows and what is wrong with it; and fresh signatures when somebody asks.
import { resolve, sep } from 'node:path';
import type { Handlers } from '../../../shared/contract.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Antivirus } from '../../antivirus.ts';
import { builtInRules } from '../../antivirus-options.ts';
import { orLate } from '../../or-late.ts';
import { describeAddress } from '../../engines/clamd/address.ts';
import { installHint, type FoundEngine } from '../../engines/clamd/find-clamd.ts';
import { oldSignaturesDays } from '../../respond/protection-concerns.ts';
import { checkRuleFiles, type RulesCheckAnswer, type StartRulesProcess } from '../../rules-task.ts';
import type { SignatureUpdates } from '../signature-updates.ts';
import { signatureAgeDays } from '../signature-age.ts';

export interface EngineSources {
  readonly antivirus: Pick<Antivirus, 'generation' | 'engines'> & {
    readonly room: Pick<Antivirus['room'], 'clamd'>;
  };
  readonly settings: () => Settings;
  readonly updates: Pick<SignatureUpdates, 'start'>;
  readonly startRules?: StartRulesProcess;
}

/** Ten thousand rules take as many milliseconds; whoever asks again is answered when they are done. */
const rulesLimitMs = 20_000;
const unanswered = 'Whether the rules compile is still being tried; look again in a minute.';

type EngineCalls = Pick<Handlers, 'engines.show' | 'signatures.update'>;

export function engineCalls({ antivirus, settings, updates, startRules }: EngineSources): EngineCalls {
  /** Of the rules of one generation: the same rules compile the same way. A string is why nobody knows. */
  let checked: { readonly generation: string; readonly answer: Promise<RulesCheckAnswer | string> } | null =
    null;

  function checkedRules(paths: readonly string[]): Promise<RulesCheckAnswer | string> {
    const binding = settings().scanning.yara_binding;
    const generation = JSON.stringify([antivirus.generation, binding, ...paths]);
    if (checked?.generation !== generation) {
      const answer = checkRuleFiles({ paths: [...paths], binding }, startRules).catch(messageOf);
      checked = { generation, answer };
      // Rules that could not be tried may be the next time.
      void forgetFailed(answer);
    }
    return checked.answer;
  }

  async function forgetFailed(answer: Promise<RulesCheckAnswer | string>): Promise<void> {
    const result = await answer;
    if (typeof result === 'string' && checked?.answer === answer) checked = null;
  }

  return {
    async 'engines.show'() {
      const { scanning } = settings();
      const engines = await antivirus.engines();
      const folders = [builtInRules, ...scanning.rule_paths.map((path) => resolve(path))];
      const rules = scanning.enable_yara
        ? await orLate<RulesCheckAnswer | string>(checkedRules(folders), rulesLimitMs, () => unanswered)
        : '';
      return {
        engines: [...engines],
        clamd: clamdOf(antivirus.room.clamd, scanning),
        yara: yaraOf(folders, rules),
        signatures: {
          age_days: signatureAgeDays(engines, Date.now()),
          warning_days: oldSignaturesDays,
          generation: antivirus.generation,
        },
      };
    },
    'signatures.update': ({ actor }) => updates.start(actor),
  };
}

function clamdOf(
  clamd: FoundEngine | null,
  { clamd: choice }: Settings['scanning'],
): EnginesDocument['clamd'] {
  if (clamd === null || clamd.kind === 'unavailable') {
    return {
      choice,
      kind: 'none',
      address: '',
      install_command: clamd?.isAbsent === false ? '' : installHint(),
    };
  }
  return { choice, kind: clamd.kind, address: describeAddress(clamd.target.address), install_command: '' };
}

function yaraOf(folders: readonly string[], answer: RulesCheckAnswer | string): EnginesDocument['yara'] {
  const rules = typeof answer === 'string' ? null : answer;
  const binding = rules?.binding ?? null;
  const whole = typeof answer === 'string' ? answer : (rules?.bindingProblem ?? '');
  return {
    binding: binding === null ? '' : `${binding.kind} ${packageVersion(binding.version)}`,
    rule_folders: folders.map((path) => {
      const within = (rules?.files ?? []).filter(
        ({ file }) => file === path || file.startsWith(path.endsWith(sep) ? path : path + sep),
      );
      return {
        path,
        built_in: path === builtInRules,
        files: within.length,
        rules: within.reduce((sum, { rules: count }) => sum + count, 0),
      };
    }),
    problems: [
      ...(whole === '' ? [] : [{ file: builtInRules, line: null, message: whole }]),
      ...(rules?.files ?? []).flatMap(({ errors }) =>
        errors.map(({ file, line, message }) => ({ file, line, message })),
      ),
    ],
  };
}

/** `0.3.0` of `YARA-X 1.7.1 native (@litko/yara-x 0.3.0)`. */
function packageVersion(identity: string): string {
  return / (?<version>\d[^ )]*)\)$/.exec(identity)?.groups?.['version'] ?? identity;
}
