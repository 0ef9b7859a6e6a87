// A field to search a page with; `/` brings the focus to it, Escape empties it.
import { Search, X } from 'lucide-react';
import { commonMessages } from '../messages/words.ts';
import styles from './field.module.css';

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
}

export function SearchField({ value, onChange, label }: SearchFieldProps) {
  return (
    <div className={styles['box']} role="search">
      <Search size={16} aria-hidden className={styles['leading']} />
      <input
        type="search"
        className={styles['input']}
        value={value}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        data-page-search=""
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.stopPropagation();
          onChange('');
        }}
      />
      {value === '' ? null : (
        <button
          type="button"
          className={styles['clear']}
          aria-label={commonMessages.clearSearch}
          onClick={() => onChange('')}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
