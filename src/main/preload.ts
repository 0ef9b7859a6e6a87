// Runs beside the page in a world of its own: puts `window.vedette` there, which is a PageTransport and nothing more.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { StateMessage } from '../shared/app-state.ts';
import type { PageReply, PageTransport } from '../shared/page-transport.ts';
import { channels } from './channels.ts';

interface Follower {
  readonly listener: (message: StateMessage) => void;
  readonly onLost: () => void;
}

const followers = new Map<number, Follower>();
let lastFollower = 0;

// Main is where these come from, and the only one who can send here: what it says is taken as it is.
ipcRenderer.on(channels.state, (_event, id: number, message: StateMessage) => {
  followers.get(id)?.listener(message);
});
ipcRenderer.on(channels.lost, (_event, id: number) => {
  const follower = followers.get(id);
  followers.delete(id);
  follower?.onLost();
});

async function invoke(channel: string, ...args: readonly unknown[]): Promise<PageReply> {
  try {
    // What main answers on these channels is a reply, made in one place (ipc-server.ts).
    const reply: PageReply = await ipcRenderer.invoke(channel, ...args);
    return reply;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'CALL_FAILED', message, details: {} } };
  }
}

async function follow(id: number, onLost: () => void): Promise<void> {
  const reply = await invoke(channels.follow, id);
  if (!reply.ok && followers.delete(id)) onLost();
}

const transport: PageTransport = {
  kind: 'desktop',
  call: (name, input) => invoke(channels.call, name, input),
  on(listener, onLost) {
    lastFollower += 1;
    const id = lastFollower;
    followers.set(id, { listener, onLost });
    void follow(id, onLost);
    return () => {
      if (followers.delete(id)) void invoke(channels.unfollow, id);
    };
  },
  async drop(files) {
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    const reply = await invoke(channels.drop, paths);
    return reply.ok && Array.isArray(reply.value)
      ? reply.value.filter((path) => typeof path === 'string')
      : [];
  },
};

contextBridge.exposeInMainWorld('vedette', transport);
