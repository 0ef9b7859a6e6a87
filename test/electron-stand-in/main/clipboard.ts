// `clipboard`: one text, of this process alone.

let text = '';

export const clipboard = {
  async writeText(value: string): Promise<void> {
    text = value;
  },
  async readText(): Promise<string> {
    return text;
  },
  clear(): void {
    text = '';
  },
};
