// Finds the commands in advice that the core gives as a sentence, so that each can be copied by itself.

export interface AdvicePart {
  /** What stands before the command, without its colon; may be empty. */
  readonly text: string;
  readonly command: string | null;
}

const programs = 'sudo|echo|brew|winget|choco|dnf|apk|pacman|zypper|chmod|freshclam|vedette';
const commandPattern = new RegExp(
  `(?<before>.*?)(?:^|:\\s)(?<command>(?:${programs})\\s.+?)(?=;\\s|\\.\\s+[A-Z]|\\.?$)`,
  'gsy',
);

/** `Run: sudo sysctl a=1; to keep it: echo a=1 | sudo tee -a f` → two parts, each with its command. */
export function adviceParts(advice: string): readonly AdvicePart[] {
  const parts: AdvicePart[] = [];
  let end = 0;
  for (const found of advice.matchAll(commandPattern)) {
    parts.push({ text: tidied(found.groups?.['before'] ?? ''), command: found.groups?.['command'] ?? null });
    end = found.index + found[0].length;
  }
  const rest = tidied(advice.slice(end));
  return rest === '' ? parts : [...parts, { text: rest, command: null }];
}

function tidied(text: string): string {
  const bare = text.replace(/^[\s;.]+/, '').trim();
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
