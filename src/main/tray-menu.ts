// What the tray shows for a state: icon by shape, tooltip and menu, each item with what it asks for. Decided here, drawn elsewhere.
import type { Protection, ProtectionState } from '../shared/protection.ts';

export type TrayIconName = 'protected' | 'paused' | 'attention' | 'threat';

export type TrayAction =
  | { readonly kind: 'switch'; readonly on: boolean }
  /** null until Vedette is started again. */
  | { readonly kind: 'pause'; readonly seconds: number | null }
  | { readonly kind: 'resume' }
  | { readonly kind: 'quick_scan' }
  | { readonly kind: 'open' }
  | { readonly kind: 'export' }
  | { readonly kind: 'quit' };

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'text'; readonly id: string; readonly label: string }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly isEnabled: boolean;
      readonly action: TrayAction;
    }
  | {
      readonly kind: 'check';
      readonly id: string;
      readonly label: string;
      readonly isEnabled: boolean;
      readonly isChecked: boolean;
      readonly action: TrayAction;
    }
  | {
      readonly kind: 'menu';
      readonly id: string;
      readonly label: string;
      readonly isEnabled: boolean;
      readonly items: readonly TrayItem[];
    };

export interface TrayView {
  readonly icon: TrayIconName;
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

/** Windows cuts after 127 characters. */
const maxTooltip = 127;
const maxSentence = 90;
const line: TrayItem = { kind: 'line' };
const pauses = [
  { id: 'pause-15-minutes', label: 'For 15 minutes', seconds: 15 * 60 },
  { id: 'pause-1-hour', label: 'For 1 hour', seconds: 3600 },
  { id: 'pause-until-restart', label: 'Until Vedette is started again', seconds: null },
] as const;

/** @param protection null while Vedette is still starting. */
export function trayView(protection: Protection | null): TrayView {
  const sentence = protection?.sentence ?? 'Vedette is starting.';
  return {
    icon: trayIcons[protection?.state ?? 'not_running'],
    tooltip: cut(`Vedette: ${sentence}`, maxTooltip),
    items: [
      { kind: 'text', id: 'state', label: cut(sentence, maxSentence) },
      line,
      ...protectionItems(protection),
      line,
      item('scan-quick', 'Quick scan', protection !== null, { kind: 'quick_scan' }),
      item('open', 'Open Vedette', true, { kind: 'open' }),
      item('export', 'Export metrics', protection !== null, { kind: 'export' }),
      line,
      item('quit', 'Quit Vedette', true, { kind: 'quit' }),
    ],
  };
}

/** Filled while files are scanned, an outline while they are not, a dot or a bar where somebody is needed. */
export const trayIcons: Readonly<Record<ProtectionState, TrayIconName>> = {
  protected: 'protected',
  reduced: 'protected',
  attention: 'attention',
  threat: 'threat',
  paused: 'paused',
  off: 'paused',
  not_running: 'paused',
};

function protectionItems(protection: Protection | null): readonly TrayItem[] {
  const evidence = protection?.evidence ?? null;
  const isKnown = evidence !== null;
  const isPaused = isKnown && evidence.pause !== null;
  const isOn = isKnown && evidence.enabled && !isPaused;
  const action: TrayAction =
    isPaused && evidence.enabled ? { kind: 'resume' } : { kind: 'switch', on: !isOn };
  return [
    {
      kind: 'check',
      id: 'protection',
      label: 'Protection',
      isEnabled: isKnown,
      isChecked: isOn,
      action,
    },
    isPaused
      ? item('resume', 'End the pause', true, { kind: 'resume' })
      : {
          kind: 'menu',
          id: 'pause',
          label: 'Pause protection',
          isEnabled: isOn,
          items: pauses.map(({ id, label, seconds }) => item(id, label, isOn, { kind: 'pause', seconds })),
        },
  ];
}

function item(id: string, label: string, isEnabled: boolean, action: TrayAction): TrayItem {
  return { kind: 'item', id, label, isEnabled, action };
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
