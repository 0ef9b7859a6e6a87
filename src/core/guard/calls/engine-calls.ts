// What looks at files, what it knows and what is wrong with it; and fresh signatures when somebody asks.
import type { Handlers } from '../../../shared/contract.ts';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Antivirus } from '../../antivirus.ts';
import { builtInRules } from '../../antivirus-options.ts';
import { describeAddress } from '../../engines/clamd/address.ts';
import { installHint, type FoundEngine } from '../../engines/clamd/find-clamd.ts';
import { checkRuleFiles, type RulesCheckAnswer, type StartRulesProcess } from '../../rules-task.ts';
import type { SignatureUpdates } from '../signature-updates.ts';
import { signatureAgeDays } from '../signature-age.ts';
import { resolve } from 'node:path';

export interface EngineSources {
  readonly antivirus: Antivirus;
  readonly settings: () => Settings;
  readonly updates: SignatureUpdates;
  readonly startRules?: StartRulesProcess;
}

type EngineCalls = Pick<Handlers, 'engines.show' | 'signatures.update'>;

export function engineCalls({ antivirus, settings, updates, startRules }: EngineSources): EngineCalls {
  /** Of the rules of one generation: the same rules compile the same way. */
  let checked: { readonly generation: string; readonly answer: Promise<RulesCheckAnswer | null> } | null =
    null;

  function checkedRules(paths: readonly string[]): Promise<RulesCheckAnswer | null> {
    const generation = `${antivirus.generation} ${paths.join('\n')}`;
    if (checked?.generation !== generation) {
      const binding = settings().scanning.yara_binding;
      const answer = checkRuleFiles({ paths: [...paths], binding }, startRules).catch(() => null);
      checked = { generation, answer };
      // Rules that could not be tried may be the next time.
      void answer.then((result) => {
        if (result === null) checked = null;
      });
    }
    return checked.answer;
  }

  return {
    async 'engines.show'() {
      const { scanning, updates: limits } = settings();
      const engines = await antivirus.engines();
      const folders = [builtInRules, ...scanning.rule_paths.map((path) => resolve(path))];
      const rules = scanning.enable_yara ? await checkedRules(folders) : null;
      return {
        engines: [...engines],
        clamd: clamdOf(antivirus.room.clamd, scanning),
        yara: yaraOf(folders, rules),
        signatures: {
          age_days: signatureAgeDays(engines, Date.now()),
          warning_days: limits.signature_age_warning_days,
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

function yaraOf(folders: readonly string[], rules: RulesCheckAnswer | null): EnginesDocument['yara'] {
  const binding = rules?.binding ?? null;
  return {
    binding: binding === null ? '' : `${binding.kind} ${binding.version}`,
    rule_folders: folders.map((path) => {
      const within = (rules?.files ?? []).filter(({ file }) => file === path || file.startsWith(`${path}/`));
      return {
        path,
        built_in: path === builtInRules,
        files: within.length,
        rules: within.reduce((sum, { rules: count }) => sum + count, 0),
      };
    }),
    problems: (rules?.files ?? []).flatMap(({ errors }) =>
      errors.map(({ file, line, message }) => ({ file, line, message })),
    ),
  };
}
