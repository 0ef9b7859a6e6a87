// What holds for every page at the moment: the connection is lost, the settings file has a problem.
import { useConnection, useSlice } from '../client/client-context.ts';
import { hashOf, useRoute } from '../client/route.ts';
import { LinkButton } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { formatClock } from '../format/times.ts';
import { sentence } from '../format/sentence.ts';
import { frameMessages } from '../messages/frame.ts';
import styles from './banners.module.css';

export function Banners() {
  const isLost = useConnection() === 'lost';
  const live = useSlice('live');
  const { page } = useRoute();
  const shownProblem = useSlice('settings')?.problem ?? '';
  // The Settings page says it with its lines, the Overview among what needs somebody.
  const problem = page === 'settings' || page === 'overview' ? '' : sentence(shownProblem);
  return (
    <div className={styles['banners']}>
      <div role="status">
        {isLost ? (
          <Notice tone="attention">
            {live === null ? frameMessages.lostBefore : frameMessages.lost(formatClock(live.at))}
          </Notice>
        ) : null}
      </div>
      {problem === '' ? null : (
        <Notice
          tone="attention"
          title={frameMessages.settingsProblem}
          action={<LinkButton href={hashOf('settings')}>{frameMessages.openSettings}</LinkButton>}
        >
          {problem}
        </Notice>
      )}
    </div>
  );
}
