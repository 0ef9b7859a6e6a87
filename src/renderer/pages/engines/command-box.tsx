// A command to run in a terminal, with a button that copies it.
import { CopyButton } from '../../components/copy-button.tsx';
import { engineMessages } from '../../messages/engines.ts';
import styles from './command-box.module.css';

export function CommandBox({ command }: { readonly command: string }) {
  return (
    <div className={styles['box']}>
      <code className={styles['command']}>{command}</code>
      <CopyButton text={command} label={engineMessages.install.copy} hideLabel />
    </div>
  );
}
