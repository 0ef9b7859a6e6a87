// One error type and one table of codes; `docs/errors.md` is kept in step with it by a test.

interface ErrorKind {
  readonly httpStatus: number;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retry: boolean;
  readonly meaning: string;
}

export const errorCodes = {
  BAD_USAGE: {
    httpStatus: 400,
    retry: false,
    meaning: 'An option or argument is missing, unknown or out of range.',
  },
  CONFIG_INVALID: {
    httpStatus: 400,
    retry: false,
    meaning:
      'A configuration file or environment variable holds a value that is not allowed; nothing was changed.',
  },
  FILE_UNREADABLE: {
    httpStatus: 400,
    retry: false,
    meaning: 'A file that Vedette itself needs (a list, a rule, a configuration) cannot be read.',
  },
  FILE_UNWRITABLE: {
    httpStatus: 500,
    retry: true,
    meaning:
      'A file that Vedette was to write (a configuration, an upload) cannot be written, such as on a full disk; an old one is as it was.',
  },
  HASH_LIST_INVALID: {
    httpStatus: 400,
    retry: false,
    meaning: 'A hash list has a line that is not a SHA-256 with an optional name.',
  },
  CLAMD_UNAVAILABLE: {
    httpStatus: 503,
    retry: true,
    meaning: 'clamd cannot be reached, or the managed clamd could not be started.',
  },
  CLAMD_TIMEOUT: { httpStatus: 504, retry: true, meaning: 'clamd did not answer before the deadline.' },
  CLAMD_PROTOCOL: {
    httpStatus: 502,
    retry: false,
    meaning: 'clamd, or what listens in its place, did not answer with one well-formed record.',
  },
  WORKER_START_FAILED: {
    httpStatus: 503,
    retry: true,
    meaning: 'A scan worker process could not be started, or ended before it was ready.',
  },
  EXPORT_FAILED: {
    httpStatus: 500,
    retry: true,
    meaning: 'A metrics export could not be written; no partial file is left.',
  },
  ALREADY_RUNNING: {
    httpStatus: 409,
    retry: true,
    meaning: 'Another Vedette owns this data folder.',
  },
  NOT_RUNNING: {
    httpStatus: 503,
    retry: true,
    meaning: 'What was asked for needs a running Vedette (`vedette watch`), and none owns this data folder.',
  },
  NOT_FOUND: {
    httpStatus: 404,
    retry: false,
    meaning:
      'There is no job, finding, quarantined file, allow-list entry or token with this number or name.',
  },
  CALL_REFUSED: {
    httpStatus: 409,
    retry: false,
    meaning: 'What was asked for does not go with how things are, such as resuming a job that has ended.',
  },
  CALL_INVALID: {
    httpStatus: 400,
    retry: false,
    meaning: 'A message to a running Vedette is not what the contract says.',
  },
  CALL_FAILED: {
    httpStatus: 502,
    retry: true,
    meaning: 'A running Vedette could not be talked to, or did not answer in time.',
  },
  NOT_ADMITTED: {
    httpStatus: 401,
    retry: false,
    meaning:
      'Who asked has no session or token, or comes from another origin; `vedette serve` prints a link, `vedette token` makes tokens.',
  },
  NOT_ALLOWED: {
    httpStatus: 403,
    retry: false,
    meaning: 'The token is good for other things, or the path is in no folder that the service may touch.',
  },
  TOO_LARGE: {
    httpStatus: 413,
    retry: false,
    meaning: 'The body of the request is larger than `[api] max_request_size`.',
  },
  RATE_LIMITED: {
    httpStatus: 429,
    retry: true,
    meaning: 'Too many requests by one client; `Retry-After` says when there is room again.',
  },
  VAULT_UNUSABLE: {
    httpStatus: 500,
    retry: false,
    meaning: 'The vault folder or its key cannot be used; nothing was moved.',
  },
  VAULT_REFUSED: {
    httpStatus: 409,
    retry: false,
    meaning:
      'A file was not quarantined, restored or exported: the message says why. It is where it was, and whole.',
  },
  SHUTTING_DOWN: {
    httpStatus: 503,
    retry: true,
    meaning: 'The scan was refused because Vedette is stopping.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCodes;

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error that crosses module borders: `code` is for programs, `message` for people. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The message of whatever was thrown, for a field or a sentence; never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && error.message !== '') return error.message;
  return String(error);
}
