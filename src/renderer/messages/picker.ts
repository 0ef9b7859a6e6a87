// What the dialog says in which folders and files are chosen where the system has none.
import { counted, formatCount } from '../format/numbers.ts';

export const pickerTexts = {
  places: 'Places',
  path: 'Where you are',
  content: (folder: string): string => `Content of ${folder}`,
  up: 'One folder up',
  empty: 'Nothing in here.',
  emptyFolders: 'No folders in here.',
  isCut: 'Only the first thousand are shown.',
  chosen: (count: number): string => (count === 0 ? 'Nothing chosen yet' : `${formatCount(count)} chosen`),
  unchoose: (name: string): string => `Do not choose ${name}`,
  choose: (name: string): string => `Choose ${name}`,
  chooseThis: 'Choose this folder',
  useThis: 'Use this folder',
  confirm: (count: number): string =>
    count === 0 ? 'Choose' : `Choose ${counted(count, 'place', 'places')}`,
  keys: 'Arrow keys move, Enter opens, Backspace goes one folder up.',
  keysMany: 'Arrow keys move, Enter opens, Space chooses, Backspace goes one folder up.',
} as const;
