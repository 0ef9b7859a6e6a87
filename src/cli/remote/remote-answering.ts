// A service as a command asks it: its calls and its events, and a word to the person when it has to be waited for.
import type { CallName } from '../../shared/contract.ts';
import type { Caller, ListenTo } from '../ask-vedette.ts';
import { formatDuration } from '../size.ts';
import { complain } from '../tell.ts';
import { remoteCaller } from './remote-caller.ts';
import { listenToService } from './remote-events.ts';
import { ServiceClient } from './service-client.ts';
import type { ServiceUrl } from './service-url.ts';

export interface RemoteAnswering extends Disposable {
  readonly call: Caller;
  readonly listenTo: ListenTo;
}

export interface RemoteAnsweringOptions {
  readonly url: ServiceUrl;
  readonly token: string;
  readonly isQuiet: boolean;
  readonly answerMsOf: (name: CallName) => number;
}

export function remoteAnswering(options: RemoteAnsweringOptions): RemoteAnswering {
  const { url, token, isQuiet, answerMsOf } = options;
  const client = new ServiceClient({
    url,
    token,
    onWait(waitMs) {
      if (!isQuiet) complain(waitText(url, waitMs));
    },
  });
  const listenings = new DisposableStack();
  let ready: Promise<void> = Promise.resolve();
  return {
    call: remoteCaller({ client, answerMsOf, ready: () => ready }),
    listenTo(all, signal) {
      const { events, open } = listenings.use(listenToService(client.connection, all, signal));
      // What is asked next is told of: its request has a connection of its own, and may be there first.
      ready = open;
      return events;
    },
    [Symbol.dispose]() {
      listenings.dispose();
      client[Symbol.dispose]();
    },
  };
}

export function waitText({ shown }: Pick<ServiceUrl, 'shown'>, waitMs: number): string {
  return `${shown} takes no more requests for ${formatDuration(waitMs)}: waiting`;
}
