// A path in a sentence for people: escaped once, here, so that whoever shows the sentence need not know what in it is a name.
import { displayPath } from '../../shared/display-path.ts';

export function shownPath(path: string): string {
  return displayPath(path, process.platform === 'win32');
}
