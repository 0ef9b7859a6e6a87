// A worker for tests: gives itself a parent port, as a utility process has one, and talks over it; `fork` carries the messages.
import { EventEmitter } from 'node:events';
import { connectParentPort, hasKind } from '../../../src/workers/parent-port.ts';

const carrier = process.send?.bind(process);
const port = Object.assign(new EventEmitter(), { postMessage: (data: object) => carrier?.(data) });
process.on('message', (data) => port.emit('message', { data }));
Object.assign(process, { parentPort: port });

interface Order {
  readonly kind: 'echo' | 'count' | 'hang' | 'cry' | 'end';
}

const parent = connectParentPort<Order, object>(isOrder);
parent.onMessage((order) => {
  if (order.kind === 'echo') parent.send(order);
  else if (order.kind === 'count') parent.send({ unsent: parent.unsent });
  else if (order.kind === 'end') {
    parent.send({ last: true });
    parent.end();
  } else if (order.kind === 'cry') throw new Error('last words of a worker');
  else for (;;);
});

function isOrder(message: unknown): message is Order {
  return hasKind(message) && message.kind !== 'nonsense';
}
