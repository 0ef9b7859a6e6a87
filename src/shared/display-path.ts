// Names as a person may see them: nothing in a file name can move the cursor, fake a line or reverse the text.

// Controls, formats (bidirectional marks, zero-width), lone surrogates, private and unassigned characters, separators
// and spaces other than the ordinary one, and whatever else is not drawn.
const unsafe = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\\u2800]|(?! )\p{Zs}/gu;
const unsafeOnWindows = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800<]|(?! )\p{Zs}/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/**
 * The text with every unsafe character written out: `\n`, `\x1b`, `\u{202e}`; a byte that is not UTF-8 as `\xff`.
 * The backslash itself is doubled, so that two different names never look the same; on Windows, where it
 * separates folders, pass `keepBackslash`: the same characters are then written `<U+202E>`, because a name
 * there cannot hold `<`.
 */
export function displayPath(path: string, keepBackslash = false): string {
  if (keepBackslash) return path.replace(unsafeOnWindows, escapeWithBrackets);
  return path.replace(unsafe, escapeWithBackslash);
}

/** Text that is no path, such as a reason or a description: as `displayPath`, but `<` and the backslash stay as they are. */
export function displayText(text: string): string {
  return text.replace(unsafeOnWindows, (character) =>
    character === '<' ? character : escapeWithBrackets(character),
  );
}

function escapeWithBackslash(character: string): string {
  return named[character] ?? escapeCode(character.codePointAt(0) ?? 0);
}

function escapeWithBrackets(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

function escapeCode(code: number): string {
  // From 0x80 on `\x` means a byte: U+0085 and the byte 0x85 are two names.
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  return `\\u{${code.toString(16)}}`;
}
