// What the app was started with, read from a command line in which Chromium and Electron have switches too: unknown ones are not ours.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AppArguments {
  /** Started at login: without a window, as long as there is a tray to open it from. */
  readonly isHidden: boolean;
  readonly isDemo: boolean;
  readonly dataDir: string | null;
  readonly configFile: string | null;
  readonly overlay: string | null;
  /** To be scanned; absolute. */
  readonly paths: readonly string[];
  /** What cannot be understood, in one sentence; empty otherwise. */
  readonly problem: string;
}

const valueOptions = ['--data-dir', '--config', '--env'] as const;
type ValueOption = (typeof valueOptions)[number];

/** Those of `process.argv` that are meant for the app. In a checkout Electron itself and the place of the app stand first. */
export function ownArguments(argv: readonly string[], isPackaged: boolean): readonly string[] {
  if (isPackaged) return argv.slice(1);
  for (let index = 1; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '-r' || argument === '--require') index += 1;
    else if (!argument.startsWith('-')) return argv.slice(index + 1);
  }
  return [];
}

/** @param workingDirectory what relative paths are relative to. */
export function readAppArguments(args: readonly string[], workingDirectory: string): AppArguments {
  const values = new Map<ValueOption, string>();
  const paths: string[] = [];
  let [isHidden, isDemo, isPathsOnly, problem] = [false, false, false, ''];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const option = valueOptions.find((name) => argument === name || argument.startsWith(`${name}=`));
    if (isPathsOnly || !argument.startsWith('-')) {
      if (argument !== '') paths.push(pathOf(argument, workingDirectory));
    } else if (argument === '--') isPathsOnly = true;
    else if (argument === '--hidden') isHidden = true;
    else if (argument === '--demo') isDemo = true;
    else if (option !== undefined) {
      if (argument === option) index += 1;
      const value = argument === option ? args[index] : argument.slice(option.length + 1);
      if (value === undefined || value === '') problem = `${option} needs a value.`;
      else values.set(option, value);
    }
  }
  const dataDir = values.get('--data-dir');
  const configFile = values.get('--config');
  return {
    isHidden,
    isDemo,
    dataDir: dataDir === undefined ? null : resolve(workingDirectory, dataDir),
    configFile: configFile === undefined ? null : resolve(workingDirectory, configFile),
    overlay: values.get('--env') ?? null,
    paths,
    problem,
  };
}

/** A desktop entry with `%U`, as an AppImage has it, is given the addresses of files. */
function pathOf(argument: string, workingDirectory: string): string {
  if (!/^file:\/\//i.test(argument)) return resolve(workingDirectory, argument);
  try {
    return fileURLToPath(argument);
  } catch {
    return resolve(workingDirectory, argument);
  }
}
