// What is wrong with the settings file, line by line, without repeating the path of the file in each; pure.
export interface FileProblem {
  /** null where it has no place in the file. */
  readonly line: number | null;
  readonly text: string;
}

/** `FILE:14: key: expected …` and `line 14: …` both become line 14 and the rest. */
export function fileProblems(problem: string, file: string): readonly FileProblem[] {
  return problem
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const rest = line.startsWith(file) ? line.slice(file.length) : line;
      const placed = /^(?::|line )(\d+):\s*(.*)$/s.exec(rest);
      if (placed !== null) return { line: Number(placed[1]), text: placed[2] ?? '' };
      return { line: null, text: rest.replace(/^:\s*/, '') };
    });
}
