// One thing that needs somebody: a cause in a sentence, and what can be done about it right here.
import { hashOf } from '../../client/route.ts';
import { LinkButton } from '../../components/button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { overviewMessages } from '../../messages/overview.ts';
import type { FindingActs } from '../threats/use-finding-acts.tsx';
import { Advice, NeedFrame } from './need-frame.tsx';
import type { Need } from './needs.ts';
import { BrakeNeed, FindingNeed, OffNeed, PutOffNeed, SignaturesNeed } from './needs-that-act.tsx';
import styles from './needs.module.css';

const { needs: words } = overviewMessages;

interface NeedRowProps {
  readonly need: Need;
  readonly acts: FindingActs;
}

export function NeedRow({ need, acts }: NeedRowProps) {
  switch (need.kind) {
    case 'finding':
      return <FindingNeed finding={need.finding} acts={acts} />;
    case 'more-findings':
      return (
        <a className={styles['more']} href={hashOf('threats')}>
          {words.more(need.count)}
        </a>
      );
    case 'brake':
      return <BrakeNeed reason={need.reason} />;
    case 'off':
      return <OffNeed />;
    case 'engine':
      return (
        <NeedFrame
          title={need.title}
          actions={<LinkButton href={hashOf('engines')}>{words.engines}</LinkButton>}
        >
          {need.text === '' ? null : <p>{need.text}</p>}
          <Advice parts={need.parts} />
        </NeedFrame>
      );
    case 'folder':
      return (
        <NeedFrame
          title={
            <>
              <PathText path={need.path} /> <span>{need.title}</span>
            </>
          }
        >
          <p>{need.cause}</p>
          <Advice parts={need.parts} />
        </NeedFrame>
      );
    case 'settings':
      return (
        <NeedFrame
          title={words.settingsTitle}
          actions={<LinkButton href={hashOf('settings')}>{words.settings}</LinkButton>}
        >
          <p>{`${capitalized(need.problem)}. ${words.settingsText}`}</p>
        </NeedFrame>
      );
    case 'signatures':
      return <SignaturesNeed title={need.title} />;
    case 'put-off':
      return <PutOffNeed count={need.count} />;
    case 'note':
      return (
        <NeedFrame title={need.title}>
          <Advice parts={need.parts} />
        </NeedFrame>
      );
    default:
      return need satisfies never;
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
}
