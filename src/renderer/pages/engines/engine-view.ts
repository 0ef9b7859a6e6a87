// An engine in words: its state, what that means for protection, and what there is to do; pure.
import type { EngineReport } from '../../../shared/engine-report.ts';
import type { EnginesDocument } from '../../../shared/page-documents.ts';
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

/** `native 0.3.0` in words. */
export function bindingText(binding: string): string {
  const [kind = '', version = ''] = binding.split(' ');
  if (kind === '') return engineMessages.facts.unknown;
  if (kind === 'native') return engineMessages.binding.native(version);
  return kind === 'wasm' ? engineMessages.binding.wasm(version) : binding;
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

/** Begins with a capital letter and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
