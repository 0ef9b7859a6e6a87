// Every component in its forms, on one page, for looking at them side by side.
import '../../../src/renderer/styles/tokens.css';
import '../../../src/renderer/styles/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Surroundings } from '../../../src/renderer/components/surroundings.tsx';
import { ToastProvider } from '../../../src/renderer/components/toasts.tsx';
import { ActionForms } from './action-forms.tsx';
import { FieldForms } from './field-forms.tsx';
import styles from './gallery.module.css';
import { TableForms } from './table-forms.tsx';
import { WordForms } from './word-forms.tsx';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no root');
createRoot(place).render(
  <StrictMode>
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
  </StrictMode>,
);
