// `Tray` as on Linux: a click, a menu that must be set again after a change, and no pop-up of its own.
import { EventEmitter } from 'node:events';
import { controlState, type ShownTray } from '../control/control-state.ts';
import { shownItems, type Menu } from './menu.ts';
import { nativeImage, type NativeImage } from './native-image.ts';

export class Tray extends EventEmitter {
  readonly #shown: ShownTray;
  #title = '';

  constructor(image: NativeImage | string) {
    super();
    this.#shown = {
      image: checkedImage(image),
      toolTip: '',
      menu: null,
      items: [],
      emit: (event) => {
        this.emit(event, {}, this.getBounds(), { x: 0, y: 0 });
      },
    };
    controlState.trays.push(this.#shown);
  }

  setImage(image: NativeImage | string): void {
    this.#shown.image = checkedImage(image);
  }

  setToolTip(toolTip: string): void {
    this.#shown.toolTip = toolTip;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  getTitle(): string {
    return this.#title;
  }

  setContextMenu(menu: Menu | null): void {
    this.#shown.menu = menu;
    this.#shown.items = shownItems(menu);
  }

  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: 0, height: 0 };
  }

  isDestroyed(): boolean {
    return !controlState.trays.includes(this.#shown);
  }

  destroy(): void {
    const index = controlState.trays.indexOf(this.#shown);
    if (index !== -1) controlState.trays.splice(index, 1);
  }
}

/** @throws as Electron does for a path that is no image. */
function checkedImage(image: NativeImage | string): NativeImage | string {
  if (typeof image === 'string' && nativeImage.createFromPath(image).isEmpty()) {
    throw new Error(`Failed to load image from path '${image}'`);
  }
  return image;
}
