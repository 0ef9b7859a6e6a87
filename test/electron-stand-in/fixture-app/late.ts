// Imported by the main script while it waits: the app is not ready before both have run.
import { app } from 'electron';

if (app.isReady()) throw new Error('ready came before the main script had run');
