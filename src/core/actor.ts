// Who asks, as the history keeps it.
import { userInfo } from 'node:os';

const maxLength = 190;

/** `user NAME`, or `user` and its number where the system knows no name for it. */
export function currentActor(nameOf: () => string = () => userInfo().username): string {
  return `user ${userName(nameOf).slice(0, maxLength)}`;
}

function userName(nameOf: () => string): string {
  try {
    const name = nameOf();
    if (name !== '') return name;
  } catch {
    // A number without an entry among the users, as in many containers.
  }
  return String(process.getuid?.() ?? 'unknown');
}
