// Turns protection on and off, and pauses it: off asks first, a pause ends by itself.
import { ChevronDown, Hourglass, Play, Power, RotateCcw, Timer } from 'lucide-react';
import { useState } from 'react';
import type { Protection } from '../../shared/protection.ts';
import { useClient } from '../client/client-context.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { Menu, type MenuItem } from '../components/menu.tsx';
import { Switch } from '../components/switch.tsx';
import { useAct } from '../components/use-act.ts';
import { frameMessages } from '../messages/frame.ts';
import styles from './protection-switch.module.css';

interface ProtectionSwitchProps {
  readonly protection: Protection | null;
  readonly isLive: boolean;
}

const minuteSeconds = 60;

export function ProtectionSwitch({ protection, isLive }: ProtectionSwitchProps) {
  const client = useClient();
  const { act, isBusy } = useAct();
  const [isAsking, setIsAsking] = useState(false);
  const evidence = protection?.evidence ?? null;
  const isPaused = evidence !== null && evidence.pause !== null;
  const isEnabled = evidence !== null && evidence.enabled;
  const isOn = isEnabled && !isPaused;
  const canChange = isLive && evidence !== null && !isBusy;

  function pause(seconds: number | null): void {
    void act(() => client.call('protection.pause', { seconds }), {
      done: () => ({
        text: frameMessages.paused,
        undo: { label: frameMessages.resume, run: resume },
      }),
    });
  }

  function resume(): void {
    void act(() => client.call('protection.resume', {}), { done: () => frameMessages.resumed });
  }

  async function setEnabled(value: boolean): Promise<void> {
    await act(() => client.call('settings.save', { changes: [{ name: 'watch.enabled', value }] }), {
      done: () =>
        value
          ? frameMessages.turnedOn
          : {
              text: frameMessages.turnedOff,
              undo: { label: frameMessages.turnOn, run: () => void setEnabled(true) },
            },
    });
  }

  function change(toOn: boolean): void {
    if (!toOn) setIsAsking(true);
    else if (isEnabled) resume();
    else void setEnabled(true);
  }

  const off: MenuItem = {
    label: frameMessages.turnOff,
    icon: Power,
    onSelect: () => setIsAsking(true),
    startsGroup: true,
  };
  const pauses: readonly MenuItem[] = [
    { label: frameMessages.pauseFifteen, icon: Timer, onSelect: () => pause(15 * minuteSeconds) },
    { label: frameMessages.pauseHour, icon: Hourglass, onSelect: () => pause(60 * minuteSeconds) },
    { label: frameMessages.pauseUntilStart, icon: RotateCcw, onSelect: () => pause(null) },
    off,
  ];

  return (
    <div className={styles['controls']}>
      {isPaused && isEnabled ? (
        <Button tone="primary" icon={Play} onClick={resume} disabled={!canChange}>
          {frameMessages.resume}
        </Button>
      ) : (
        <span className={styles['switch']}>
          {isLive && evidence !== null ? (
            <span className={styles['word']} aria-hidden>
              {isOn ? frameMessages.protectionOn : frameMessages.protectionOff}
            </span>
          ) : null}
          <Switch
            hideLabel
            label={frameMessages.protectionSwitch}
            checked={isOn}
            onChange={change}
            disabled={!canChange}
          />
        </span>
      )}
      {isEnabled ? (
        <Menu
          trigger={<IconButton label={frameMessages.pauseMenu} icon={ChevronDown} disabled={!canChange} />}
          items={pauses}
        />
      ) : null}
      <ConfirmDialog
        open={isAsking}
        title={frameMessages.turnOffTitle}
        text={frameMessages.turnOffText}
        confirmLabel={frameMessages.turnOff}
        tone="danger"
        onConfirm={() => setEnabled(false)}
        onClose={() => setIsAsking(false)}
      />
    </div>
  );
}
