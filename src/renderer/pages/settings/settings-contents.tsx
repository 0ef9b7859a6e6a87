// The table of contents beside the settings; where there is no room for it the page is short enough to scroll.
import { hashOf } from '../../client/route.ts';
import { settingMessages } from '../../messages/settings.ts';
import { wordsOf } from './setting-section.tsx';
import styles from './settings-contents.module.css';
import { entryOfPlace, partNames, type Section } from './settings-places.ts';

interface SettingsContentsProps {
  readonly sections: readonly Section[];
  readonly place: string | null;
}

export function SettingsContents({ sections, place }: SettingsContentsProps) {
  const here = entryOfPlace(place);
  const { parts, all, everyday, contents } = settingMessages;
  return (
    <nav className={styles['contents']} aria-label={contents}>
      <h2 className={styles['head']}>{everyday}</h2>
      <ul>
        {partNames.map((name) => (
          <Entry key={name} name={name} title={parts[name]} isHere={here === name} />
        ))}
      </ul>
      <h2 className={styles['head']}>{all}</h2>
      <ul>
        {sections.map(({ name }) => (
          <Entry key={name} name={name} title={wordsOf(name).title} isHere={here === name} />
        ))}
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly name: string;
  readonly title: string;
  readonly isHere: boolean;
}

function Entry({ name, title, isHere }: EntryProps) {
  return (
    <li>
      <a
        className={styles['entry']}
        href={hashOf('settings', name)}
        {...(isHere ? { 'aria-current': 'location' } : {})}
      >
        {title}
      </a>
    </li>
  );
}
