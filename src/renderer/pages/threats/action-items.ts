// What can be done about one finding, in the order it is offered: what makes safe first.
import { Archive, Check, FolderOpen, Hand, RotateCcw, Undo2, type LucideIcon } from 'lucide-react';
import type { Finding } from '../../../shared/finding.ts';
import { threatTexts } from '../../messages/threats.ts';
import { choicesFor } from './finding-view.ts';
import type { FindingActs } from './use-finding-acts.tsx';

export interface ActionItem {
  readonly key: string;
  readonly label: string;
  /** What it will do. */
  readonly text: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

export function actionItems(finding: Finding, acts: FindingActs, isDesktop: boolean): readonly ActionItem[] {
  const choices = choicesFor(finding, isDesktop);
  const { actions: texts } = threatTexts;
  const one = [finding];
  const items = {
    quarantine: { ...texts.quarantine, icon: Archive, run: () => acts.quarantine(one) },
    restore: { ...texts.restore, icon: RotateCcw, run: () => acts.restore(one) },
    allow: {
      ...texts.allow,
      text: finding.sha256 === null ? texts.allow.textByPath : texts.allow.text,
      icon: Check,
      run: () => acts.allow(one),
    },
    dismiss: { ...texts.dismiss, icon: Hand, run: () => acts.dismiss(one) },
    reopen: { ...texts.reopen, icon: Undo2, run: () => acts.reopen(one) },
    reveal: { ...texts.reveal, icon: FolderOpen, run: () => acts.reveal(finding) },
  } as const;
  return (['quarantine', 'restore', 'allow', 'dismiss', 'reopen', 'reveal'] as const)
    .filter((key) => choices[key])
    .map((key) => ({ ...items[key], key }));
}
