// A sentence of the core in which commands and keys stand between backticks; one that has no partner is part of a name.

export function CodeText({ text }: { readonly text: string }) {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}
