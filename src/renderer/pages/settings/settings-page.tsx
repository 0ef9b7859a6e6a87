// Settings: what people change most first, then every key of the file by its section; a search finds any of them.
import { SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SettingsDocument } from '../../../shared/page-documents.ts';
import { useRoute } from '../../client/route.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { EverydaySettings } from './everyday-settings.tsx';
import { FileNotices } from './file-notices.tsx';
import { searchSettings } from './search-settings.ts';
import { SettingRow } from './setting-row.tsx';
import { SettingSection } from './setting-section.tsx';
import { SettingsContents } from './settings-contents.tsx';
import styles from './settings-page.module.css';
import { placeId, sectionOfPlace, sectionsOf } from './settings-places.ts';
import { SettingEditsContext, useEditedSettings } from './use-setting-edits.ts';

export function SettingsPage() {
  const { settings, edits } = useEditedSettings();
  const [query, setQuery] = useState('');
  const { value: shown, error, reload } = settings;
  const search = <SearchField value={query} onChange={setQuery} label={settingMessages.search} />;
  return (
    <SettingEditsContext value={edits}>
      <PageHeader
        title={settingMessages.title}
        description={settingMessages.description}
        actions={<div className={styles['search']}>{search}</div>}
      />
      {error !== null && shown === null ? <ErrorState error={error} onRetry={reload} /> : null}
      {error === null && shown === null ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : null}
      {shown === null ? null : (
        <>
          <FileNotices shown={shown} />
          {query.trim() === '' ? (
            <AllSettings shown={shown} />
          ) : (
            <FoundSettings shown={shown} query={query} onClear={() => setQuery('')} />
          )}
        </>
      )}
    </SettingEditsContext>
  );
}

interface AllSettingsProps {
  readonly shown: SettingsDocument;
}

function AllSettings({ shown }: AllSettingsProps) {
  const { detail: place } = useRoute();
  const sections = sectionsOf(shown.settings);
  const wanted = sectionOfPlace(place);
  useEffect(() => {
    if (place === null) return undefined;
    // After the section that holds it has opened.
    const frame = requestAnimationFrame(() => {
      const element = document.getElementById(placeId(place));
      element?.scrollIntoView({ block: 'start' });
      element?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [place]);
  return (
    <div className={styles['columns']}>
      <SettingsContents sections={sections} place={place} />
      <div className={styles['settings']}>
        <EverydaySettings shown={shown} />
        <div className={styles['all']}>
          <h2>{settingMessages.all}</h2>
          <p className={styles['soft']}>{settingMessages.allText}</p>
        </div>
        {sections.map((section) => (
          <SettingSection key={section.name} section={section} isWanted={section.name === wanted} />
        ))}
      </div>
    </div>
  );
}

interface FoundSettingsProps extends AllSettingsProps {
  readonly query: string;
  readonly onClear: () => void;
}

function FoundSettings({ shown, query, onClear }: FoundSettingsProps) {
  const found = searchSettings(
    shown.settings.filter(({ pending }) => !pending),
    query,
  );
  const text = query.trim();
  const clear = <Button onClick={onClear}>{settingMessages.clearSearch}</Button>;
  if (found.length === 0)
    return (
      <EmptyState
        icon={SearchX}
        title={settingMessages.nothingFound(text)}
        text={settingMessages.nothingFoundText}
        action={clear}
      />
    );
  return (
    <Card title={settingMessages.found(found.length, text)} actions={clear} flush>
      {found.map((setting) => (
        <SettingRow key={setting.name} setting={setting} />
      ))}
    </Card>
  );
}
