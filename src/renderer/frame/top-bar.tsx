// On every page: how well this machine is protected, what that rests on, and the switch.
import { StatusWord } from '../components/status-word.tsx';
import { useConnection, useSlice } from '../client/client-context.ts';
import { useClock, useNow } from '../components/surroundings.tsx';
import { formatCountdown } from '../format/durations.ts';
import { frameMessages } from '../messages/frame.ts';
import type { Pause, Protection } from '../../shared/protection.ts';
import { evidenceParts } from './evidence-parts.ts';
import { ProtectionSwitch } from './protection-switch.tsx';
import { stateWord } from './state-word.ts';
import styles from './top-bar.module.css';

interface TopBarProps {
  /** The page itself says what the state rests on. */
  readonly isBrief: boolean;
}

export function TopBar({ isBrief }: TopBarProps) {
  const protection = useSlice('protection');
  const isDemo = useSlice('app')?.is_demo ?? false;
  const connection = useConnection();
  const { word, tone } = stateWord(protection, connection);
  return (
    <header className={styles['bar']}>
      <div className={styles['inner']}>
        <section className={styles['state']} aria-label={frameMessages.stateLabel}>
          <div role="status">
            <StatusWord tone={tone} size="large">
              {word}
            </StatusWord>
          </div>
          {connection === 'lost' ? null : <StateLine protection={protection} isBrief={isBrief} />}
        </section>
        {isDemo ? <span className={styles['demo']}>{frameMessages.demo}</span> : null}
        <ProtectionSwitch protection={protection} isLive={connection === 'live'} />
      </div>
    </header>
  );
}

interface StateLineProps extends TopBarProps {
  /** null before the first answer. */
  readonly protection: Protection | null;
}

function StateLine({ protection, isBrief }: StateLineProps) {
  if (protection === null) return <p className={styles['line']}>{frameMessages.connectingText}</p>;
  if (isBrief && protection.state !== 'paused') return null;
  return <EvidenceLine protection={protection} />;
}

function EvidenceLine({ protection: { state, sentence, evidence } }: { readonly protection: Protection }) {
  const engines = useSlice('engines') ?? [];
  const now = useNow();
  if (state === 'paused' && evidence !== null && evidence.pause !== null)
    return <PauseLine pause={evidence.pause} />;
  // In every other state its sentence says more.
  const parts = state === 'protected' && evidence !== null ? evidenceParts(evidence, engines, now) : [];
  if (parts.length === 0) return <p className={styles['line']}>{sentence}</p>;
  return (
    <ul className={styles['parts']}>
      {parts.map(({ text }) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function PauseLine({ pause: { until } }: { readonly pause: Pause }) {
  const now = useClock(until === null ? null : 1000);
  const text =
    until === null ? frameMessages.pausedUntilStart : frameMessages.pausedFor(formatCountdown(until - now));
  return <p className={styles['line']}>{text}</p>;
}
