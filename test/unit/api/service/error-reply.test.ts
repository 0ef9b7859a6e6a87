// An error tells its client what the client did, and nothing of this installation.
import { describe, expect, test } from 'vitest';
import { errorText, HttpRefusal, problemOf } from '../../../../src/api/service/error-reply.ts';
import { AppError, errorCodes } from '../../../../src/shared/errors.ts';

class LayerError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number) {
    super('FST_ERR at /home/ada/vedette');
    this.statusCode = statusCode;
  }
}

describe('problemOf', () => {
  test('what the client did is told as it was said, with the status of its code', () => {
    const error = new AppError('RATE_LIMITED', 'too many', { details: { retry_after_seconds: 2 } });
    expect(problemOf(error)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'too many',
      details: { retry_after_seconds: 2 },
      isBug: false,
    });
  });

  test('a refusal may have a status of its own', () => {
    expect(problemOf(new HttpRefusal(415, 'CALL_INVALID', 'no'))).toMatchObject({
      status: 415,
      code: 'CALL_INVALID',
      isBug: false,
    });
  });

  test.each(['VAULT_UNUSABLE', 'FILE_UNWRITABLE', 'EXPORT_FAILED', 'CALL_FAILED', 'CONFIG_INVALID'] as const)(
    'of %s only the meaning is told, never a place',
    (code) => {
      const problem = problemOf(
        new AppError(code, 'EACCES: /home/ada/.local/vault', { details: { path: '/home/ada' } }),
      );
      expect(problem).toMatchObject({ code, status: errorCodes[code].httpStatus, details: {}, isBug: true });
      expect(JSON.stringify(problem)).not.toContain('ada');
    },
  );

  test.each([
    [400, 'CALL_INVALID'],
    [413, 'TOO_LARGE'],
    [415, 'CALL_INVALID'],
    [431, 'CALL_INVALID'],
  ])('what HTTP itself refuses with %i is %s', (status, code) => {
    const problem = problemOf(new LayerError(status));
    expect(problem).toMatchObject({ status, code, details: {}, isBug: false });
    expect(problem.message).not.toContain('ada');
  });

  test.each([new TypeError('x of /home/ada'), new LayerError(500), 'a text', null, { statusCode: 400 }])(
    'a bug says only that it failed: %s',
    (error) => {
      expect(problemOf(error)).toEqual({
        status: 502,
        code: 'CALL_FAILED',
        message: 'The request failed; the log of Vedette says why.',
        details: {},
        isBug: true,
      });
    },
  );
});

test('the text has the four fields', () => {
  const text = errorText({ code: 'NOT_FOUND', message: 'none', details: { id: 3 } }, 'abc');
  expect(JSON.parse(text)).toEqual({
    error: { code: 'NOT_FOUND', message: 'none', details: { id: 3 }, request_id: 'abc' },
  });
});
