import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isOfThisUser } from '../../../src/api/peer-user.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** Of our own end, of the other one, and of a third that has nothing to do with it. */
function table(userId: number): string {
  return [
    head,
    '   0: 0100007F:211D 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 20 4 30 10 -1',
    `   1: 0100007F:C001 0100007F:211D 01 00000000:00000000 00:00000000 00000000  ${userId}        0 2 1 0 20 4 30 10 -1`,
    '   2: 0100007F:C002 0100007F:211D 01 00000000:00000000 00:00000000 00000000  4242        0 3 1 0 20 4 30 10 -1',
    '',
  ].join('\n');
}
function ofAnother(text: string): string {
  return text.replace(/^(\s*\d+:(?:\s+\S+){6}\s+)\d+/gm, (_line, before: string) => `${before}4242`);
}
const connection = { localPort: 0x21_1d, remotePort: 0xc0_01 };

describe.runIf(process.platform === 'linux')('who is at the other end', () => {
  test.each([
    [1000, true],
    [0, true],
    [1001, false],
    [65_534, false],
  ])('user %i may sign in at user 1000: %s', (userId, isOurs) => {
    for (const name of ['/proc/net/tcp', '/proc/net/tcp6'])
      expect(
        isOfThisUser(connection, (asked) => (asked === name ? table(userId) : ''), new Set([1000])),
      ).toBe(isOurs);
  });

  test('nobody is kept out where the system does not say, or speaks of others', () => {
    for (const text of ['', head, 'nonsense', table(4242).replaceAll('C001', 'C003')])
      expect(isOfThisUser(connection, () => text, new Set([1000]))).toBe(true);
  });

  test.each(['127.0.0.1', '::1'])('the system knows it of a connection to %s', async (host) => {
    await using server = createServer().listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    const client = connect({ host, port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
    const [accepted]: Socket[] = await once(server, 'connection');
    const { localPort, remotePort } = accepted ?? client;
    expect(isOfThisUser({ localPort, remotePort })).toBe(true);
    // The very lines of the system, as they are when somebody else has made the sockets.
    expect(isOfThisUser({ localPort, remotePort }, (name) => ofAnother(readFileSync(name, 'latin1')))).toBe(
      false,
    );
    client.destroy();
    accepted?.destroy();
  });
});
