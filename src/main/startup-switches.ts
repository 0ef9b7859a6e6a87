// What could make an installed app run the code of others: such switches are refused, such variables dropped before anything inherits them.

const refused = new Set([
  'browser-subprocess-path',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'disable-site-isolation-trials',
  'disable-web-security',
  'gpu-launcher',
  'inspect',
  'inspect-brk',
  'inspect-brk-node',
  'inspect-port',
  'inspect-publish-uid',
  'inspect-wait',
  'js-flags',
  'load-extension',
  'no-sandbox',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'renderer-cmd-prefix',
  'single-process',
  'utility-cmd-prefix',
]);
const dropped = [
  'ELECTRON_RUN_AS_NODE',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_V8_COVERAGE',
];

/**
 * The switches of the command line that an installed app does not start with. The fuses of the package ignore most of
 * them already; who changed the fuses has changed the app. In a checkout all are welcome: tests need them.
 */
export function refusedSwitches(
  args: readonly string[],
  { isPackaged, platform }: { readonly isPackaged: boolean; readonly platform: NodeJS.Platform },
): readonly string[] {
  if (!isPackaged) return [];
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).filter((argument) =>
    refused.has(switchName(argument, platform)),
  );
}

/** Takes them out of the environment, so that no worker gets them. @returns the names of those that were there. */
export function dropVariables(
  environment: Record<string, string | undefined>,
  isPackaged: boolean,
): readonly string[] {
  if (!isPackaged) return [];
  const found = dropped.filter((name) => environment[name] !== undefined);
  for (const name of found) delete environment[name];
  return found;
}

/** As Chromium reads it: one dash or two, on Windows a slash as well, and there in any case. Empty for what is none. */
function switchName(argument: string, platform: NodeJS.Platform): string {
  const isWindows = platform === 'win32';
  const pattern = isWindows ? /^(?:--?|\/)([^=]+)/ : /^--?([^=]+)/;
  const name = pattern.exec(argument)?.[1] ?? '';
  return isWindows ? name.toLowerCase() : name;
}
