// One section of the file: closed until it is wanted, with what does not count yet at its end.
import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CodeText } from '../../components/code-text.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { SettingRow } from './setting-row.tsx';
import styles from './setting-section.module.css';
import { isChanged } from './setting-words.ts';
import { placeId, type Section } from './settings-places.ts';

interface SettingSectionProps {
  readonly section: Section;
  /** Somebody was sent here. */
  readonly isWanted: boolean;
}

export function SettingSection({ section, isWanted }: SettingSectionProps) {
  const [isOpen, setIsOpen] = useState(isWanted);
  useEffect(() => {
    if (isWanted) setIsOpen(true);
  }, [isWanted]);
  const { title, text } = wordsOf(section.name);
  const { settings, pending } = section;
  const changed = settings.filter(isChanged).length;
  return (
    <section className={styles['section']} id={placeId(section.name)} tabIndex={-1}>
      <Collapsible.Root open={isOpen} onOpenChange={(open) => setIsOpen(open)}>
        <h3>
          <Collapsible.Trigger className={styles['trigger']}>
            <ChevronRight size={16} aria-hidden className={styles['chevron']} />
            <span className={styles['words']}>
              <span>{title}</span>
              <span className={styles['text']}>
                <CodeText text={text} />
              </span>
            </span>
            {settings.length === 0 ? (
              <span className={styles['none']}>{settingMessages.pendingTitle}</span>
            ) : changed === 0 ? null : (
              <span className={styles['changed']}>{settingMessages.changedCount(changed)}</span>
            )}
          </Collapsible.Trigger>
        </h3>
        <Collapsible.Panel className={styles['panel']}>
          {settings.map((setting) => (
            <SettingRow key={setting.name} setting={setting} />
          ))}
          <PendingSettings pending={pending} isAll={settings.length === 0} />
        </Collapsible.Panel>
      </Collapsible.Root>
    </section>
  );
}

interface PendingSettingsProps {
  readonly pending: Section['pending'];
  /** Of the section: whoever opened it wants to see them. */
  readonly isAll: boolean;
}

function PendingSettings({ pending, isAll }: PendingSettingsProps) {
  if (pending.length === 0) return null;
  const keys = (
    <>
      <p className={styles['text']}>{settingMessages.pendingText}</p>
      <ul className={styles['keys']}>
        {pending.map(({ name, explanation }) => (
          <li key={name}>
            <code>{name}</code> <CodeText text={explanation} />
          </li>
        ))}
      </ul>
    </>
  );
  return (
    <div className={styles['pending']}>
      {isAll ? (
        keys
      ) : (
        <Disclosure title={`${settingMessages.pendingTitle} (${pending.length})`}>{keys}</Disclosure>
      )}
    </div>
  );
}

/** A section that has no words yet is called as in the file. */
export function wordsOf(name: string): { readonly title: string; readonly text: string } {
  const known = Object.entries(settingMessages.sections).find(([section]) => section === name);
  return known?.[1] ?? { title: name, text: '' };
}
