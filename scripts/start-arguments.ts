// What `npm start -- …` was asked for: a command of vedette, or the app with options and paths of its own.

export type StartArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'command'; readonly args: readonly string[] }
  | {
      readonly kind: 'app';
      readonly isDemo: boolean;
      readonly isBrowser: boolean;
      /** For the app, or for `vedette serve`. */
      readonly rest: readonly string[];
    };

/** A plain word in small letters is a command, also where a file has that name: `./scan` is the file. */
export function readStartArguments(args: readonly string[]): StartArguments {
  const [first = ''] = args;
  if (first === '--help' || first === '-h') return { kind: 'help' };
  if (/^[a-z]+$/.test(first) || first === '--version') return { kind: 'command', args };
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const options = args.slice(0, end);
  return {
    kind: 'app',
    isDemo: options.includes('--demo'),
    isBrowser: options.includes('--browser'),
    rest: args.filter(
      (argument, index) => index >= end || (argument !== '--demo' && argument !== '--browser'),
    ),
  };
}
