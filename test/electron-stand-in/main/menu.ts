// `Menu` and `MenuItem`: kept as what they are, to be looked at and pressed.
import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions } from 'electron';
import type { ShownItem } from '../control/control-state.ts';
import { recordCall } from '../control/control-state.ts';
import { app } from './app.ts';
import { nextId } from './next-id.ts';

/** A template's `submenu` and `click` speak of Electron's own classes; ours stand for them. */
type ItemOptions = Omit<MenuItemConstructorOptions, 'submenu' | 'click' | 'icon'> & {
  readonly submenu?: readonly ItemOptions[] | Menu;
  readonly click?: (item: MenuItem, window: unknown, event: object) => void;
  readonly icon?: unknown;
};

export class MenuItem {
  readonly id: string | undefined;
  readonly commandId = nextId();
  readonly type: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  readonly click: (event?: object, window?: unknown) => void;
  label: string;
  sublabel: string;
  toolTip: string;
  icon: unknown;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  menu: Menu | undefined;

  constructor(options: ItemOptions) {
    const { submenu } = options;
    if (submenu instanceof Menu) this.submenu = submenu;
    else if (submenu !== undefined) this.submenu = Menu.buildFromTemplate(submenu);
    this.id = options.id;
    this.type = options.type ?? (submenu === undefined ? 'normal' : 'submenu');
    this.role = options.role;
    this.accelerator = options.accelerator;
    this.label = options.label ?? options.role ?? '';
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.icon = options.icon;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.click = (event = {}, window) => {
      if (!this.enabled) return;
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (this.type === 'radio') this.#choose();
      if (this.role === 'quit') app.quit();
      options.click?.(this, window, event);
    };
  }

  #choose(): void {
    for (const item of this.menu?.items ?? []) if (item.type === 'radio') item.checked = item === this;
  }
}

export class Menu extends EventEmitter {
  static #applicationMenu: Menu | null = null;
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: readonly (ItemOptions | MenuItem)[]): Menu {
    const menu = new Menu();
    for (const entry of template) menu.append(entry instanceof MenuItem ? entry : new MenuItem(entry));
    return menu;
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#applicationMenu = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#applicationMenu;
  }

  append(item: MenuItem): void {
    this.insert(this.items.length, item);
  }

  insert(index: number, item: MenuItem): void {
    item.menu = this;
    this.items.splice(index, 0, item);
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  popup(): void {
    recordCall(
      'menu.popup',
      this.items.map(({ label }) => label),
    );
  }

  closePopup(): void {}
}

/** What the desktop shows of a menu from now on, until it is set again. */
export function shownItems(menu: Menu | null | undefined): readonly ShownItem[] {
  return (menu?.items ?? [])
    .filter(({ visible }) => visible)
    .map((item) => ({
      label: item.label,
      type: item.type,
      isEnabled: item.enabled,
      isChecked: item.checked,
      items: shownItems(item.submenu),
      click: () => item.click(),
    }));
}
