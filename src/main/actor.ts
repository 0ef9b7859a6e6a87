// Who sits at the window, as the history keeps it.
import { userInfo } from 'node:os';

const maxLength = 190;

export function windowActor(): string {
  return `user ${userName().slice(0, maxLength)}`;
}

function userName(): string {
  try {
    const { username } = userInfo();
    if (username !== '') return username;
  } catch {
    // A number without an entry among the users.
  }
  return String(process.getuid?.() ?? 'unknown');
}
