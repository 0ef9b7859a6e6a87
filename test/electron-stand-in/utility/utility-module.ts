// The `electron` module of a utility process: hardly anything.
import { net } from '../main/net.ts';

const electron = { net };

export { electron as default, net };
