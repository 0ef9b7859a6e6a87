// One question on a connection of its own (PING, VERSION, STATS, RELOAD); answered by clamd's own words or an error.
import type { Buffer } from 'node:buffer';
import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { describeAddress, openConnection } from './address.ts';
import type { ConnectFailure } from './address.ts';
import { RecordReader } from './record-reader.ts';
import type { ReplyFirstSocket } from './reply-first-socket.ts';
import type { ClamdAddress } from './target.ts';

export type ClamdQuestion = 'PING' | 'VERSION' | 'STATS' | 'RELOAD';

/** Stands in `details.cause` of what `askClamd` throws. */
export type AskFailure = ConnectFailure | 'timeout' | 'closed' | 'not_clamd';

export interface ClamdVersion {
  /** `1.4.6` */
  readonly engine: string;
  /** `27300/Sat Nov 15 09:00:00 2025`: number and date of the daily database; null when it has no such number. */
  readonly database: string | null;
}

// What clamd says to each question, clamd(8) "COMMANDS"; STATS is several lines of text in one record.
const answers: Readonly<Record<ClamdQuestion, RegExp>> = {
  PING: /^PONG$/,
  VERSION: /^ClamAV [\x20-\x7e]{1,200}$/,
  STATS: /^POOLS: [\t\n\x20-\x7e]*END\n?$/,
  RELOAD: /^RELOADING$/,
};

const causes: Readonly<Record<AskFailure, readonly [ErrorCode, string]>> = {
  missing: ['CLAMD_UNAVAILABLE', 'there is no clamd socket'],
  refused: ['CLAMD_UNAVAILABLE', 'nothing listens at the clamd address'],
  permission: ['CLAMD_UNAVAILABLE', 'the clamd socket may not be used by this user'],
  unreachable: ['CLAMD_UNAVAILABLE', 'the clamd address cannot be reached'],
  busy: ['CLAMD_UNAVAILABLE', 'clamd accepts no more connections'],
  timeout: ['CLAMD_TIMEOUT', 'clamd did not answer in time'],
  closed: ['CLAMD_PROTOCOL', 'the connection ended before the answer'],
  not_clamd: ['CLAMD_PROTOCOL', 'what listens at the clamd address does not answer as clamd does'],
};

/**
 * The record that answers `command`, without its NUL.
 * @throws AppError CLAMD_UNAVAILABLE, CLAMD_TIMEOUT or CLAMD_PROTOCOL, with the `AskFailure` in `details.cause`.
 */
export async function askClamd(
  address: ClamdAddress,
  command: ClamdQuestion,
  timeoutMs: number,
): Promise<string> {
  const endsAtMs = performance.now() + timeoutMs;
  const connection = await openConnection(address, timeoutMs);
  if (connection.kind === 'failed') throw askError(address, command, connection.failure);
  const { socket } = connection;
  try {
    const answer = await readAnswer(socket, command, endsAtMs - performance.now());
    if (typeof answer === 'string') throw askError(address, command, answer);
    return answer.text;
  } finally {
    socket.destroy();
  }
}

/** Takes apart `ClamAV 1.4.6/27300/Sat Nov 15 09:00:00 2025` or `ClamAV 1.4.6`. */
export function parseVersion(text: string): ClamdVersion {
  const [first = '', ...database] = text.split('/');
  const engine = first.replace(/^ClamAV /, '').trim();
  const number = Number(database[0]);
  return { engine, database: number > 0 ? database.join('/') : null };
}

function readAnswer(
  socket: ReplyFirstSocket,
  command: ClamdQuestion,
  timeoutMs: number,
): Promise<{ readonly text: string } | AskFailure> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle('timeout'), Math.max(1, timeoutMs));
    const reader = new RecordReader();
    let answer: string | null = null;
    function settle(result: { readonly text: string } | AskFailure): void {
      clearTimeout(timer);
      resolve(result);
    }
    // clamd closes after its one answer; only then is it known that there was one.
    function finish(): void {
      if (reader.pendingBytes > 0) settle('not_clamd');
      else settle(answer === null ? 'closed' : { text: answer });
    }
    socket.on('data', (chunk: Buffer) => {
      const records = reader.push(chunk);
      if (records === null) return settle('not_clamd');
      for (const record of records) {
        const text = record.toString('latin1');
        if (answer !== null || !answers[command].test(text)) return settle('not_clamd');
        answer = text;
      }
      return undefined;
    });
    socket.once('end', finish);
    socket.once('close', finish);
    socket.write(`z${command}\0`);
  });
}

function askError(address: ClamdAddress, command: ClamdQuestion, cause: AskFailure): AppError {
  const [code, message] = causes[cause];
  return new AppError(code, `${message} (${describeAddress(address)})`, {
    details: { cause, command, address: describeAddress(address) },
  });
}
