// The way from page to page: icons and words, icons alone where it is narrow, a bar below on a phone.
import {
  Activity,
  Archive,
  Cpu,
  Gauge,
  Keyboard,
  ScanSearch,
  Settings,
  ShieldAlert,
  type LucideIcon,
} from 'lucide-react';
import { useSlice } from '../client/client-context.ts';
import type { PageName } from '../client/page-names.ts';
import { hashOf } from '../client/route.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { frameMessages, pageTitles } from '../messages/frame.ts';
import { BrandMark } from './brand-mark.tsx';
import styles from './rail.module.css';
import { shortcutPages } from './shortcut-of.ts';
import { useMedia } from './use-media.ts';

const icons: Readonly<Record<(typeof shortcutPages)[number], LucideIcon>> = {
  overview: Gauge,
  scan: ScanSearch,
  threats: ShieldAlert,
  quarantine: Archive,
  performance: Activity,
  engines: Cpu,
  settings: Settings,
};

interface RailProps {
  readonly current: PageName;
  readonly onShortcuts: () => void;
}

export function Rail({ current, onShortcuts }: RailProps) {
  const open = useSlice('findings')?.open ?? 0;
  const version = useSlice('app')?.version ?? '';
  // The words are there for all but the eye: then the tooltip says them.
  const hasWords = useMedia('(min-width: 900px)');
  const isBelow = useMedia('(max-width: 559px)');
  return (
    <nav className={styles['rail']} aria-label={frameMessages.pagesLabel}>
      <div className={styles['brand']}>
        <BrandMark />
        <span className={styles['word']}>{frameMessages.product}</span>
      </div>
      <ul className={styles['list']}>
        {shortcutPages.map((page, index) => {
          const Icon = icons[page];
          return (
            <li key={page}>
              <Tooltip text={pageTitles[page]} side={isBelow ? 'top' : 'right'} disabled={hasWords}>
                <a
                  className={styles['link']}
                  href={hashOf(page)}
                  aria-keyshortcuts={`Alt+${index + 1}`}
                  {...(page === current ? { 'aria-current': 'page' as const } : {})}
                >
                  <Icon size={18} aria-hidden />
                  <span className={styles['word']}>{pageTitles[page]}</span>
                  {page === 'threats' ? (
                    <span className={styles['badge']}>
                      <Badge count={open} label={frameMessages.openThreats(open)} />
                    </span>
                  ) : null}
                </a>
              </Tooltip>
            </li>
          );
        })}
      </ul>
      <div className={styles['foot']}>
        <Tooltip text={frameMessages.shortcuts} side="right" disabled={hasWords}>
          <Button tone="quiet" icon={Keyboard} onClick={onShortcuts} className={styles['help']}>
            <span className={styles['word']}>{frameMessages.shortcuts}</span>
          </Button>
        </Tooltip>
        {version === '' ? null : <span className={styles['version']}>{frameMessages.version(version)}</span>}
      </div>
    </nav>
  );
}
