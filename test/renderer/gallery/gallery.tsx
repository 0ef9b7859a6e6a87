// Every component in its forms, on one page, for looking at them side by side: `--state gallery`.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Surroundings } from '../../../src/renderer/components/surroundings.tsx';
import { ToastProvider } from '../../../src/renderer/components/toasts.tsx';
import { ActionForms } from './action-forms.tsx';
import { FieldForms } from './field-forms.tsx';
import styles from './gallery.module.css';
import { TableForms } from './table-forms.tsx';
import { WordForms } from './word-forms.tsx';

export function Gallery() {
  return (
    <CSPProvider disableStyleElements>
      <Surroundings platform="linux">
        <ToastProvider>
          <main className={styles['gallery']}>
            <h1>Components</h1>
            <ActionForms />
            <WordForms />
            <FieldForms />
            <TableForms />
          </main>
        </ToastProvider>
      </Surroundings>
    </CSPProvider>
  );
}
