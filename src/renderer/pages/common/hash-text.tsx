// A SHA-256 in full, with a button that copies it.
import { CopyButton } from '../../components/copy-button.tsx';
import { commonMessages } from '../../messages/words.ts';
import styles from './hash-text.module.css';

export function HashText({ sha256 }: { readonly sha256: string }) {
  return (
    <span className={styles['hash']}>
      <code>{sha256}</code>
      <CopyButton text={sha256} label={commonMessages.copySha256} hideLabel />
    </span>
  );
}
