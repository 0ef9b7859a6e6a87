// Numbers for what Electron numbers: windows, contents, frames; one row for all, so that none can be taken for another.

let lastId = 0;

export function nextId(): number {
  lastId += 1;
  return lastId;
}
