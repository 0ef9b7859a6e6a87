// `nativeTheme`: the app's choice, else the system's, which a test sets; pages follow it.
import { EventEmitter } from 'node:events';
import { controlState } from '../control/control-state.ts';

type ThemeSource = 'system' | 'light' | 'dark';

class NativeTheme extends EventEmitter {
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;
  #source: ThemeSource = 'system';

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    this.#source = source;
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? controlState.theme.isSystemDark : this.#source === 'dark';
  }
}

export const nativeTheme = new NativeTheme();
