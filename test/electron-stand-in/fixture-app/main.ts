// The smallest app that does each thing a test of the stand-in looks at.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  protocol,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';

const folder = app.getAppPath();
const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
const said: string[] = [];

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
if (!app.requestSingleInstanceLock({ started: 'again' })) app.exit(0);

let window: BrowserWindow | null = null;
let isQuitting = false;

app.on('before-quit', () => {
  isQuitting = true;
});
app.on('second-instance', (_event, _argv, _folder, data) => {
  said.push(`second instance: ${JSON.stringify(data)}`);
  window?.show();
});
app.on('window-all-closed', () => {});
app.on('child-process-gone', (_event, details) => said.push(`gone: ${details.name} ${details.reason}`));

await import('./late.ts');
void app.whenReady().then(start);

async function start(): Promise<void> {
  protocol.handle('app', serve);
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  answerPage();
  startTray();
  startWorker();
  window = new BrowserWindow({ show: false, webPreferences: { preload: join(folder, 'preload.cjs') } });
  window.once('ready-to-show', () => window?.show());
  window.on('close', (event) => {
    if (isQuitting) return;
    event.preventDefault();
    window?.hide();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('did-start-navigation', ({ url }) => said.push(`did-start-navigation: ${url}`));
  window.webContents.on('will-navigate', (event) => {
    said.push(`will-navigate: ${event.url}`);
    event.preventDefault();
  });
  await window.loadURL('app://bundle/index.html');
}

async function serve(request: Request): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const type = { '/index.html': 'text/html', '/page.js': 'text/javascript' }[pathname];
  if (host !== 'bundle' || type === undefined) return new Response('', { status: 404 });
  const headers = { 'content-type': type, 'content-security-policy': policy };
  return new Response(await readFile(join(folder, pathname)), { headers });
}

function answerPage(): void {
  ipcMain.handle('values', (event) => ({
    from: event.senderFrame?.url,
    isMainFrame: event.senderFrame === event.sender.mainFrame,
    date: new Date(0),
    big: 10n,
    map: new Map([['a', 1]]),
    bytes: new Uint8Array([1, 2, 3]),
  }));
  ipcMain.handle('said', () => said);
  ipcMain.handle('fail', () => {
    throw new TypeError('no');
  });
  ipcMain.handle(
    'choose',
    async () => (await dialog.showOpenDialog({ properties: ['openDirectory'] })).filePaths,
  );
  ipcMain.on('echo', (event, value: unknown) => event.sender.send('echoed', value));
}

function startTray(): void {
  const tray = new Tray(nativeImage.createEmpty());
  const menu = Menu.buildFromTemplate([
    { label: 'Open', click: () => said.push('tray: open') },
    { type: 'separator' },
    { label: 'Pause', submenu: [{ label: '15 minutes', click: () => said.push('tray: pause 15') }] },
    { id: 'late', label: 'Late', enabled: false, click: () => said.push('tray: late') },
  ]);
  tray.setContextMenu(menu);
  tray.on('click', () => said.push('tray: click'));
  // Shown only when the menu is set again, as on Linux.
  const late = menu.getMenuItemById('late');
  if (late) late.enabled = true;
  ipcMain.handle('set menu', () => tray.setContextMenu(menu));
  ipcMain.handle('notify', () => {
    const actions = [{ type: 'button' as const, text: 'Undo' }];
    const notification = new Notification({ title: 'Moved', body: 'one file', actions });
    notification.on('action', ({ actionIndex }) => said.push(`notification: action ${actionIndex}`));
    notification.on('click', () => said.push('notification: click'));
    notification.on('close', () => said.push('notification: close'));
    notification.show();
  });
}

function startWorker(): void {
  const worker = utilityProcess.fork(join(folder, 'worker.ts'), ['--given'], {
    serviceName: 'fixture worker',
    stdio: 'pipe',
    execArgv: ['--optimize-for-size'],
    env: { ...process.env, FIXTURE: 'yes' },
  });
  let words = '';
  worker.stderr?.on('data', (text) => {
    words += String(text);
  });
  worker.on('message', (message: unknown) => window?.webContents.send('worker', message));
  worker.on('exit', (code) => window?.webContents.send('worker', { kind: 'exit', code, words }));
  ipcMain.handle('ask worker', (_event, question: unknown) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    worker.postMessage(question);
  });
}
