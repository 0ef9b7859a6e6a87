// The pages and all they stand on: the client, the time, messages; or the one page for who was not let in.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, useLayoutEffect, type ReactNode } from 'react';
import { ClientContext, useAdmission, useClient, useSlice } from './client/client-context.ts';
import type { Client } from './client/client.ts';
import { Surroundings } from './components/surroundings.tsx';
import { ToastProvider } from './components/toasts.tsx';
import { Frame } from './frame/frame.tsx';
import { NotAdmitted } from './frame/not-admitted.tsx';
import { applyTheme } from './frame/theme.ts';

interface AppProps {
  readonly client: Client;
  /** Whether the session could be opened. */
  readonly isAdmitted: boolean;
}

export function App({ client, isAdmitted }: AppProps) {
  useLayoutEffect(() => applyTheme(), []);
  return (
    // Styles of our own only: the policy of the page refuses <style> elements.
    <CSPProvider disableStyleElements>
      <ClientContext value={client}>
        <Admitted isAdmitted={isAdmitted}>
          <Platform>
            <Tooltip.Provider delay={400}>
              <ToastProvider>
                <Frame />
              </ToastProvider>
            </Tooltip.Provider>
          </Platform>
        </Admitted>
      </ClientContext>
    </CSPProvider>
  );
}

function Admitted({ isAdmitted, children }: { readonly isAdmitted: boolean; readonly children: ReactNode }) {
  const isStillAdmitted = useAdmission();
  const { store } = useClient();
  useEffect(() => {
    if (!isAdmitted) store.refuse();
  }, [isAdmitted, store]);
  if (!isAdmitted) return <NotAdmitted reason="link" />;
  return isStillAdmitted ? children : <NotAdmitted reason="session" />;
}

function Platform({ children }: { readonly children: ReactNode }) {
  return <Surroundings platform={useSlice('app')?.platform ?? 'linux'}>{children}</Surroundings>;
}
