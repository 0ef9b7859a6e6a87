// Names as a person may see them: nothing in a file name can move the cursor, fake a line or reverse the text.

// Controls, formats (bidirectional marks, zero-width), lone surrogates, line separators, whatever is not drawn.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/**
 * The text with every unsafe character written out: `\n`, `\x1b`, `\u{202e}`; a byte that is not UTF-8 as `\xff`.
 * The backslash itself is doubled, so that two different names never look the same; on Windows, where it
 * separates folders, pass `keepBackslash`.
 */
export function displayPath(path: string, keepBackslash = false): string {
  return path.replace(unsafe, (character) => {
    if (character === '\\' && keepBackslash) return character;
    return named[character] ?? escapeCode(character.codePointAt(0) ?? 0);
  });
}

function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  return `\\u{${code.toString(16)}}`;
}
