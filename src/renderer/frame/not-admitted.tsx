// Instead of all pages: this browser has no session, why, and how to get one.
import { CopyButton } from '../components/copy-button.tsx';
import { frameMessages } from '../messages/frame.ts';
import { BrandMark } from './brand-mark.tsx';
import styles from './not-admitted.module.css';

interface NotAdmittedProps {
  /** `link`: the one of the address opened nothing. `session`: there is none, or no longer. */
  readonly reason: 'link' | 'session';
}

export function NotAdmitted({ reason }: NotAdmittedProps) {
  const isLink = reason === 'link';
  return (
    <main className={styles['page']}>
      <title>{frameMessages.product}</title>
      <div className={styles['box']}>
        <BrandMark size={40} />
        <h1>{isLink ? frameMessages.linkUsedTitle : frameMessages.noSessionTitle}</h1>
        <p className={styles['text']}>
          {isLink ? frameMessages.linkUsedText : frameMessages.noSessionText} {frameMessages.newLinkText}
        </p>
        <div className={styles['command']}>
          <code>{frameMessages.newLinkCommand}</code>
          <CopyButton text={frameMessages.newLinkCommand} />
        </div>
      </div>
    </main>
  );
}
