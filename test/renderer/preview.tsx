// The pages on made-up figures, for looking at every form they have; which one, says `?state=` in the address.
import '../../src/renderer/styles/tokens.css';
import '../../src/renderer/styles/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../src/renderer/app.tsx';
import { Client } from '../../src/renderer/client/client.ts';
import { documentVisibility } from '../../src/renderer/client/state-store.ts';
import { fixtureTransport } from './fixture-transport.ts';
import { Gallery } from './gallery/gallery.tsx';

const state = new URLSearchParams(window.location.search).get('state') ?? 'calm';
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no root');
if (state === 'gallery') createRoot(place).render(<Gallery />);
else {
  const client = new Client(fixtureTransport(state), documentVisibility);
  createRoot(place).render(<App client={client} isAdmitted={state !== 'not-admitted'} />);
}
