// YARA-X: how it runs, where its rules come from, and which of them did not compile.
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { hashOf } from '../../client/route.ts';
import { PathText } from '../../components/path-text.tsx';
import { formatCount } from '../../format/numbers.ts';
import { engineMessages } from '../../messages/engines.ts';
import { CommandBox } from './command-box.tsx';
import { EngineCard, type Fact } from './engine-card.tsx';
import { bindingText, engineView, yaraVersionText } from './engine-view.ts';
import styles from './yara-card.module.css';

const problemsShown = 20;

interface YaraCardProps {
  readonly shown: EnginesDocument;
}

export function YaraCard({ shown }: YaraCardProps) {
  const report = shown.engines.find(({ name }) => name === 'yara');
  const { facts, rules } = engineMessages;
  const shownFacts: readonly Fact[] =
    report === undefined || report.state === 'unavailable'
      ? []
      : [
          { label: facts.version, value: yaraVersionText(report.version) },
          { label: facts.rules, value: formatCount(report.signatures) },
          { label: facts.binding, value: bindingText(shown.yara.binding, report.version) },
        ];
  const view = engineView('yara', shown.engines);
  // Its problems are said below, with file and line; how many rules there are is a fact.
  const isSaid = shown.yara.problems.length > 0 || /^\d+ rules? from \d+ files?\.$/.test(view.cause);
  const cause = isSaid ? '' : view.cause;
  return (
    <EngineCard view={{ ...view, cause }} facts={shownFacts}>
      <RuleProblems problems={shown.yara.problems} />
      <section className={styles['part']}>
        <div className={styles['head']}>
          <h3>{rules.title}</h3>
          <a href={hashOf('settings', 'scanning.rule_paths')}>{rules.add}</a>
        </div>
        <RuleFolders folders={shown.yara.rule_folders} />
      </section>
    </EngineCard>
  );
}

interface RuleFoldersProps {
  readonly folders: EnginesDocument['yara']['rule_folders'];
}

function RuleFolders({ folders }: RuleFoldersProps) {
  const { rules } = engineMessages;
  if (folders.length === 0) return <p className={styles['soft']}>{rules.none}</p>;
  return (
    <ul>
      {folders.map(({ path, built_in: isBuiltIn, files, rules: ruleCount }) => (
        <li key={path} className={styles['folder']}>
          {isBuiltIn ? <span>{rules.builtIn}</span> : <PathText path={path} twoLines isTabStop />}
          <span className={styles['count']}>{rules.contents(files, ruleCount)}</span>
        </li>
      ))}
    </ul>
  );
}

interface RuleProblemsProps {
  readonly problems: EnginesDocument['yara']['problems'];
}

function RuleProblems({ problems }: RuleProblemsProps) {
  const { rules } = engineMessages;
  if (problems.length === 0) return null;
  const more = problems.length - problemsShown;
  return (
    <section className={styles['part']}>
      <h3>{rules.problems(problems.length)}</h3>
      <p className={styles['soft']}>{rules.problemsText}</p>
      <ul className={styles['problems']}>
        {problems.slice(0, problemsShown).map(({ file, line, message }) => (
          <li key={`${file}:${line}:${message}`} className={styles['problem']}>
            <div className={styles['place']}>
              <PathText path={file} isTabStop />
              {line === null ? null : <span className={styles['line']}>{rules.line(line)}</span>}
            </div>
            <p className={styles['message']}>{message}</p>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className={styles['soft']}>{rules.others(more)}</p> : null}
      <p className={styles['soft']}>{rules.check}</p>
      <CommandBox command={rules.checkCommand} />
    </section>
  );
}
