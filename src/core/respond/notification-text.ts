// The words of a notification: what was found where and what was done; nothing a file or a signature is called can steer them.
import { posix, win32 } from 'node:path';
import { displayPath } from '../../shared/display-path.ts';
import type { Finding } from '../../shared/finding.ts';
import { assertNever } from '../../shared/verdict.ts';
import type { Notification } from './notifier.ts';

/** What came of a finding. `ask`: a person has to decide. `failed`: it was to be quarantined and is still there. */
export type ToldAs = 'report' | 'ask' | 'quarantined' | 'failed';

const nameLength = 60;
const folderLength = 120;
const whyLength = 200;

export function textOfOne(finding: Finding, toldAs: ToldAs, platform: NodeJS.Platform): Notification {
  const rules = platform === 'win32' ? win32 : posix;
  const name = shown(rules.basename(finding.path), nameLength, platform);
  const folder = shown(rules.dirname(finding.path), folderLength, platform);
  const { detections, severity } = finding;
  const heaviest = detections.find((detection) => detection.severity === severity) ?? detections[0];
  const found = `${shown(heaviest?.name ?? 'Something', nameLength, platform)} in ${folder}.`;
  const thing = finding.verdict === 'infected' ? 'Threat' : 'Suspicious file';
  const why = finding.note === '' ? '' : ` ${sentenceShown(finding.note)}`;
  const findingIds = [finding.id];
  switch (toldAs) {
    case 'quarantined':
      return {
        title: `${thing} quarantined: ${name}`,
        // Not that it cannot run: it may have other names, or be running.
        body: `${found}${why} It can be restored.`,
        findingIds,
        actions: ['show'],
        urgency: 'normal',
      };
    case 'ask':
      return {
        title: `${thing} found: ${name}`,
        body: `${found} It is still there and needs a decision.${why}`,
        findingIds,
        actions: ['quarantine', 'allow', 'show'],
        urgency: 'critical',
      };
    case 'report':
      return {
        title: `${thing} found: ${name}`,
        body: `${found} It is still there.${why}`,
        findingIds,
        actions: ['quarantine', 'allow', 'show'],
        urgency: 'low',
      };
    case 'failed':
      return {
        title: `${thing} could not be quarantined: ${name}`,
        body: `${found} It is still there.${why}`,
        findingIds,
        actions: ['show'],
        urgency: 'critical',
      };
    default:
      return assertNever(toldAs);
  }
}

/** What is said of many together; only counts are kept of them. */
export interface HeldItems {
  readonly count: number;
  readonly infected: number;
  readonly toldAs: Readonly<Record<ToldAs, number>>;
  /** The first of them. */
  readonly findingIds: readonly number[];
  /** Paths of the first few. */
  readonly paths: readonly string[];
}

/** @param stopped why automatic quarantine has stopped in the meantime, a sentence; null when it has not. */
export function textOfMany(held: HeldItems, stopped: string | null, platform: NodeJS.Platform): Notification {
  const { count, infected, toldAs, findingIds, paths } = held;
  // `threat` is only said where every one of them is.
  const plural = count === 1 ? '' : 's';
  const title = infected === count ? `${count} more threat${plural} found` : `${count} more finding${plural}`;
  const rules = platform === 'win32' ? win32 : posix;
  const names = paths.map((path) => shown(rules.basename(path), nameLength, platform));
  const among = names.length === 0 ? '' : ` Among them: ${names.join(', ')}.`;
  const parts = [
    part(toldAs.quarantined, 'quarantined'),
    part(toldAs.ask, toldAs.ask === 1 ? 'needs a decision' : 'need a decision'),
    part(toldAs.report, 'only reported'),
    part(toldAs.failed, 'could not be quarantined'),
  ].filter((text) => text !== '');
  const counts = count === 0 ? '' : ` ${title}: ${parts.join(', ')}.`;
  // No action on many at once: that is a decision for a list, not for a click.
  const common = { findingIds, actions: ['show'] as const };
  if (stopped !== null) {
    return {
      ...common,
      title: 'Automatic quarantine has stopped',
      body: `${sentenceShown(stopped)}${counts} Please look at them and decide.`,
      urgency: 'critical',
    };
  }
  const isUrgent = toldAs.ask + toldAs.failed > 0;
  return {
    ...common,
    title,
    body: `${parts.join(', ')}.${among}`,
    urgency: isUrgent ? 'critical' : 'normal',
  };
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

/** A sentence is safe already as far as it is ours; the message of an error in it may not be. */
function sentenceShown(text: string): string {
  return shortened(displayPath(text, true), whyLength);
}

/** The middle is what is left out: both ends of a name say something. */
function shown(text: string, length: number, platform: NodeJS.Platform): string {
  return shortened(displayPath(text, platform === 'win32'), length);
}

function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const half = Math.floor((length - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
