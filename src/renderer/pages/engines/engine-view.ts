// An engine in words: its state, what that means for protection, and what there is to do; pure.
import type { EngineReport } from '../../../shared/engine-report.ts';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
import { sentence } from '../../format/sentence.ts';
import { engineMessages } from '../../messages/engines.ts';
import { engineWords, type Tone } from '../../messages/words.ts';

export type EngineName = EngineReport['name'];

export interface EngineView {
  readonly name: EngineName;
  readonly title: string;
  readonly tone: Tone;
  readonly state: string;
  /** What it means for protection, in one sentence or two. */
  readonly meaning: string;
  /** What the engine says of itself; empty where it says no more than that. */
  readonly cause: string;
  /** The command that helps; empty where there is none. */
  readonly command: string;
}

const hashLists = engineMessages.hashListsInSentence;

export const engineNames: readonly EngineName[] = ['clamav', 'yara', 'hash'];

export function engineView(
  name: EngineName,
  reports: readonly EngineReport[],
  installCommand = '',
): EngineView {
  const report = reports.find((each) => each.name === name);
  const others = othersThatLook(name, reports);
  const command = name === 'clamav' && report?.state === 'unavailable' ? installCommand : '';
  return {
    name,
    title: engineWords[name],
    tone: toneOf(report, others),
    state: stateWord(report, command),
    meaning: meaningOf(name, report, others),
    cause: report === undefined ? '' : sentence(withoutCommand(report.detail, command)),
    command,
  };
}

/** How many of the engines that are switched on look at files. */
export function enginesHeadline(reports: readonly EngineReport[]): string {
  const looking = reports.filter(({ state }) => state !== 'unavailable').length;
  const { all, some, none } = engineMessages.headline;
  if (looking === 0) return none;
  return looking === reports.length && looking > 1 ? all(looking) : some(looking, reports.length);
}

export function listenText({ kind, address }: EnginesDocument['clamd']): string {
  const { managed, managedAt, found, none } = engineMessages.clamd;
  if (kind === 'none') return none;
  if (kind === 'found') return found(address);
  return address === '' ? managed : managedAt(address);
}

/** `native 0.3.0` in words, with the package that the version of the engine names. */
export function bindingText(binding: string, version: string): string {
  const { native, wasm, by } = engineMessages.binding;
  const [kind = ''] = binding.split(' ');
  if (kind === '') return engineMessages.facts.unknown;
  const runsAs = kind === 'native' ? native : kind === 'wasm' ? wasm : binding;
  const { through = '' } = /\((?<through>[^()]+ [^()]+)\)$/.exec(version)?.groups ?? {};
  return through === '' ? runsAs : by(runsAs, through);
}

/** `YARA-X 1.7.1 native (@litko/yara-x 0.3.0)` → `YARA-X 1.7.1`: how it runs is said by itself. */
export function yaraVersionText(version: string): string {
  const text = /^YARA-X(?: \d\S*)?/.exec(version)?.[0] ?? version;
  return text === '' ? engineMessages.facts.unknown : text;
}

/** `ClamAV 1.4.6/27812/Fri Jan 10 09:10:11 2025` → `ClamAV 1.4.6, database 27812`. */
export function clamavVersionText(version: string): string {
  const [program = '', database = ''] = version.split('/');
  if (program === '') return engineMessages.facts.unknown;
  return database === '' ? program : engineMessages.clamd.withDatabase(program, database);
}

function toneOf(report: EngineReport | undefined, others: readonly string[]): Tone {
  if (report === undefined) return 'neutral';
  if (report.state === 'ready') return 'ok';
  return report.state === 'unavailable' && others.length === 0 ? 'danger' : 'attention';
}

function stateWord(report: EngineReport | undefined, command: string): string {
  const { states } = engineMessages;
  if (report === undefined) return states.off;
  return report.state === 'unavailable' && command !== '' ? states.missing : states[report.state];
}

function meaningOf(name: EngineName, report: EngineReport | undefined, others: readonly string[]): string {
  const meanings = engineMessages.meanings[name];
  if (report === undefined) return meanings.off;
  if (report.state !== 'unavailable') return meanings[report.state];
  if (others.length === 0) return meanings.unavailable;
  return sentence(
    meanings.unavailableWithOthers(others.join(' and '), others.length > 1 || others[0] === hashLists),
  );
}

function othersThatLook(name: EngineName, reports: readonly EngineReport[]): readonly string[] {
  return reports
    .filter((report) => report.name !== name && report.state !== 'unavailable')
    .map((report) => (report.name === 'hash' ? hashLists : engineWords[report.name]));
}

/** The command stands in a box of its own, so the sentence need not end with it. */
export function withoutCommand(detail: string, command: string): string {
  if (command === '' || !detail.endsWith(command)) return detail;
  return detail
    .slice(0, -command.length)
    .replace(/(?:(?<=\.\s)[^.]*)?[:;]?\s*$/, '')
    .trim();
}
