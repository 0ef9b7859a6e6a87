// Starts the pages: finds who carries their calls, opens a session where one is needed, draws.
import './styles/tokens.css';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Client } from './client/client.ts';
import { httpTransport, openSession, startAnewForSessions } from './client/http-transport.ts';
import { documentVisibility } from './client/state-store.ts';
import { windowTransport } from './client/window-transport.ts';

async function start(): Promise<void> {
  const place = document.getElementById('root');
  if (place === null) throw new Error('index.html has no root');
  const transport = windowTransport();
  const isAdmitted = transport !== null || (await openSession());
  const client = new Client(transport ?? httpTransport(), documentVisibility);
  if (transport === null) startAnewForSessions(() => client.store.connection === 'refused');
  createRoot(place).render(<App client={client} isAdmitted={isAdmitted} />);
}

void start();
