// The shield in the tray: draws a view, and sets the menu anew with every change, as Linux needs it. Without a tray nothing is lost.
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import type { Protection } from '../shared/protection.ts';
import { trayView, type TrayAction, type TrayIconName, type TrayItem, type TrayView } from './tray-menu.ts';

export interface TrayIconOptions {
  /** With `protected-16.png`, `protected-22@2x.png`, `protectedTemplate.png` and so on. */
  readonly imageFolder: string;
  readonly onAction: (action: TrayAction) => void;
}

/** Panels of Linux have 22 pixels; macOS colours what is called a template itself. */
const imageEndings: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Template.png',
  linux: '-22.png',
};

export class TrayIcon implements Disposable {
  readonly #options: TrayIconOptions;
  readonly #images = new Map<TrayIconName, NativeImage>();
  #view: TrayView = trayView(null);
  #tray: Tray;

  constructor(options: TrayIconOptions) {
    this.#options = options;
    this.#tray = this.#open();
  }

  show(protection: Protection): void {
    const view = trayView(protection);
    if (isDeepStrictEqual(view, this.#view)) return;
    const hasNewIcon = view.icon !== this.#view.icon;
    this.#view = view;
    if (hasNewIcon) this.#tray.setImage(this.#image(view.icon));
    this.#draw(this.#tray);
  }

  /** A tray that came after the icon does not know of it. */
  openAgain(): void {
    this.#tray.destroy();
    this.#tray = this.#open();
  }

  [Symbol.dispose](): void {
    if (!this.#tray.isDestroyed()) this.#tray.destroy();
  }

  #open(): Tray {
    const tray = new Tray(this.#image(this.#view.icon));
    // On macOS a click opens the menu.
    if (process.platform !== 'darwin') tray.on('click', () => this.#options.onAction({ kind: 'open' }));
    this.#draw(tray);
    return tray;
  }

  #draw(tray: Tray): void {
    tray.setToolTip(this.#view.tooltip);
    tray.setContextMenu(Menu.buildFromTemplate(this.#view.items.map((item) => this.#templateOf(item))));
  }

  #image(name: TrayIconName): NativeImage {
    const known = this.#images.get(name);
    if (known !== undefined) return known;
    const file = `${name}${imageEndings[process.platform] ?? '-16.png'}`;
    const image = nativeImage.createFromPath(join(this.#options.imageFolder, file));
    this.#images.set(name, image);
    return image;
  }

  #templateOf(item: TrayItem): MenuItemConstructorOptions {
    if (item.kind === 'line') return { type: 'separator' };
    const { id, label } = item;
    if (item.kind === 'text') return { id, label: literal(label), enabled: false };
    const enabled = item.isEnabled;
    if (item.kind === 'menu')
      return { id, label, enabled, submenu: item.items.map((inner) => this.#templateOf(inner)) };
    const { action } = item;
    const { onAction } = this.#options;
    if (item.kind === 'item') return { id, label, enabled, click: () => onAction(action) };
    return {
      id,
      label,
      enabled,
      type: 'checkbox',
      checked: item.isChecked,
      click: () => {
        onAction(action);
        // The system has turned it over already; it shows how things are, not what was asked for.
        this.#draw(this.#tray);
      },
    };
  }
}

/** In a label `&` marks the key that chooses it. */
function literal(text: string): string {
  return text.replaceAll('&', '&&');
}
