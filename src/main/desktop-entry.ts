// The text of an autostart entry (Desktop Entry Specification 1.5): whatever a path holds, it stays one argument.

/** Characters that a path may hold and a line of the file may not. */
const lineBreaks = /[\n\r\0]/;

/** @returns null where no entry can be written: the path holds a line break. */
export function desktopEntry(command: readonly string[]): string | null {
  if (command.some((argument) => lineBreaks.test(argument))) return null;
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Vedette',
    'Comment=Protects this computer against malware',
    `Exec=${command.map(quoteArgument).join(' ')}`,
    'Icon=vedette',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Somebody switched it off in the settings of the desktop: that is a decision, and kept. */
export function isSwitchedOff(entry: string): boolean {
  return /^\s*(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry);
}

/**
 * Twice escaped: within quotes the backslash goes before `"`, backtick, `$` and itself, and as every text of the file has
 * its backslashes doubled, once more (specification, "The Exec key"). `%` would begin a field code.
 */
function quoteArgument(argument: string): string {
  const quoted = argument.replaceAll(/["`$\\]/g, (character) => `\\${character}`);
  return `"${quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%')}"`;
}
