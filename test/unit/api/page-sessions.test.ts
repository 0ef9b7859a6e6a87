import { describe, expect, test } from 'vitest';
import { maxSessions, PageSessions, sessionIdleMs, tokenLifeMs } from '../../../src/api/page-sessions.ts';

function sessionsAt(): { sessions: PageSessions; clock: { now: number } } {
  const clock = { now: 1000 };
  return { sessions: new PageSessions(() => clock.now), clock };
}

/** With the key that belongs to it. */
function sessionIn(sessions: PageSessions, secret: string): string | null {
  return sessions.sessionOf(secret, sessions.keyOf(secret));
}

function opened(sessions: PageSessions): string {
  return sessions.redeem(sessions.newToken()) ?? 'none';
}

describe('a token', () => {
  test('opens one session, once', () => {
    const { sessions } = sessionsAt();
    const token = sessions.newToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    const secret = sessions.redeem(token);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secret).not.toBe(token);
    expect(sessions.redeem(token)).toBeNull();
    expect(sessionIn(sessions, token)).toBeNull();
    expect(sessionIn(sessions, secret ?? '')).not.toBeNull();
  });

  test('is dead after five minutes', () => {
    const { sessions, clock } = sessionsAt();
    const [early, late] = [sessions.newToken(), sessions.newToken()];
    clock.now += tokenLifeMs;
    expect(sessions.redeem(early)).not.toBeNull();
    clock.now += 1;
    expect(sessions.redeem(late)).toBeNull();
  });

  test('that is wrong opens nothing and spoils none that is right', () => {
    const { sessions } = sessionsAt();
    const token = sessions.newToken();
    for (const wrong of ['', 'x', `${token}x`, token.slice(1), token.toLowerCase()])
      expect(sessions.redeem(wrong)).toBeNull();
    expect(sessions.count).toBe(0);
    expect(sessions.redeem(token)).not.toBeNull();
  });

  test('is forgotten when four newer ones were made', () => {
    const { sessions } = sessionsAt();
    const tokens = Array.from({ length: 5 }, () => sessions.newToken());
    expect(tokens.map((token) => sessions.redeem(token) !== null)).toEqual([false, true, true, true, true]);
  });
});

describe('a session', () => {
  test('ends when it was not used for twelve hours', () => {
    const { sessions, clock } = sessionsAt();
    const [used, idle] = [opened(sessions), opened(sessions)];
    clock.now += sessionIdleMs;
    expect(sessionIn(sessions, used)).not.toBeNull();
    clock.now += 1;
    expect(sessionIn(sessions, idle)).toBeNull();
    expect(sessionIn(sessions, used)).not.toBeNull();
    expect(sessions.count).toBe(1);
  });

  test('is of no use to whoever has its secret and not its key', () => {
    const { sessions } = sessionsAt();
    const [secret, other] = [opened(sessions), opened(sessions)];
    for (const key of ['', secret, sessions.keyOf(other), new PageSessions().keyOf(secret)])
      expect(sessions.sessionOf(secret, key)).toBeNull();
    expect(sessions.sessionOf(secret, sessions.keyOf(secret))).not.toBeNull();
  });

  test('makes place for a new one when there are too many: the one used longest ago', () => {
    const { sessions } = sessionsAt();
    const all = Array.from({ length: maxSessions }, () => opened(sessions));
    sessionIn(sessions, all[0] ?? '');
    opened(sessions);
    expect(all.map((secret) => sessionIn(sessions, secret) !== null)).toEqual(
      all.map((_, index) => index !== 1),
    );
  });
});
