// The stand-in may not have what Electron has not: else a test could pass on a call that fails for everybody.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import electron from '../../electron-stand-in/electron-module.ts';
import { UtilityProcess } from '../../electron-stand-in/main/utility-process.ts';
import { WebContents } from '../../electron-stand-in/main/web-contents.ts';
import { WebFrameMain } from '../../electron-stand-in/main/web-frame-main.ts';

const types = readFileSync(createRequire(import.meta.url).resolve('electron/electron.d.ts'), 'utf8');

/** Names of a class or interface of the published types, with those it inherits. */
function publishedNames(type: string): ReadonlySet<string> {
  const head = new RegExp(`\\n  (?:class|interface) ${type}(?: extends (?<base>[\\w.]+))?[^\\n]*\\{`).exec(
    types,
  );
  if (head === null) throw new Error(`electron.d.ts has no ${type}`);
  const body = types.slice(head.index + head[0].length, types.indexOf('\n  }\n', head.index));
  const own = [...body.matchAll(/\n {4}(?:static |readonly |get )*(\w+)\??(?=[(:<])/g)].map(
    ([, name]) => name ?? '',
  );
  const base = head.groups?.['base'] ?? 'EventEmitter';
  return new Set([...own, ...(base.endsWith('EventEmitter') ? [] : publishedNames(base))]);
}

/** Public names of an object or class of the stand-in, without those of EventEmitter. */
function ownNames(thing: object): readonly string[] {
  const names = Object.getOwnPropertyNames(thing);
  const prototype = Object.getPrototypeOf(thing);
  const isOurs = prototype !== null && prototype !== Object.prototype && prototype !== EventEmitter.prototype;
  const builtIn = typeof thing === 'function' ? ['length', 'name', 'prototype'] : ['constructor'];
  const inherited = isOurs && typeof thing !== 'function' ? ownNames(prototype) : [];
  return [...names, ...inherited].filter((name) => !builtIn.includes(name) && !(name in new EventEmitter()));
}

const { app, Menu, MenuItem, Notification, session } = electron;
const compared: Readonly<Record<string, readonly object[]>> = {
  App: [app],
  BrowserWindow: [electron.BrowserWindow, electron.BrowserWindow.prototype],
  Clipboard: [electron.clipboard],
  CommandLine: [app.commandLine],
  Dialog: [electron.dialog],
  IpcMain: [electron.ipcMain],
  Menu: [Menu, new Menu()],
  MenuItem: [new MenuItem({ label: 'Open' })],
  NativeImage: [electron.nativeImage, electron.nativeImage.createEmpty()],
  NativeTheme: [electron.nativeTheme],
  Net: [electron.net],
  Notification: [Notification, new Notification({ title: 'Moved' })],
  PowerMonitor: [electron.powerMonitor],
  Protocol: [electron.protocol],
  SafeStorage: [electron.safeStorage],
  Screen: [electron.screen],
  Session: [session, session.defaultSession],
  Shell: [electron.shell],
  Tray: [electron.Tray, electron.Tray.prototype],
  UtilityProcess: [electron.utilityProcess, UtilityProcess.prototype],
  WebContents: [electron.webContents, WebContents.prototype],
  WebFrameMain: [WebFrameMain.prototype],
  WebRequest: [session.defaultSession.webRequest],
};

describe('the stand-in has only what Electron has', () => {
  test('as modules', () => {
    const published = /namespace CrossProcessExports \{(?<body>[^}]*(?:\{\}[^}]*)*)\n {2}\}/.exec(types)
      ?.groups?.['body'];
    const names = [...(published ?? '').matchAll(/\n {4}(?:const|class) (\w+)/g)].map(([, name]) => name);
    const exported = Object.keys(electron).filter((name) => name !== '__standIn');
    expect(exported.filter((name) => !names.includes(name))).toEqual([]);
    expect(exported.length).toBeGreaterThan(15);
  });

  test('every module is compared below', () => {
    const things = new Set(Object.values(compared).flat());
    const rest = Object.entries(electron).filter(
      ([name, thing]) => name !== '__standIn' && !things.has(thing),
    );
    expect(rest.map(([name]) => name)).toEqual(['MenuItem']);
  });

  test.each(Object.entries(compared))('as names of %s', (type, things) => {
    const published = publishedNames(type);
    const names = things.flatMap(ownNames);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !published.has(name))).toEqual([]);
  });

  test('a name that Electron has not is found', () => {
    expect(publishedNames('BrowserWindow').has('getBounds')).toBe(true);
    expect(publishedNames('BrowserWindow').has('getBoundaries')).toBe(false);
  });
});
