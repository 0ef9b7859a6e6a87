import { describe, expect, test } from 'vitest';
import { startFailure } from '../../../src/main/start-failure.ts';
import { AppError } from '../../../src/shared/errors.ts';

describe('why Vedette does not start', () => {
  test('another owner is said with its name, and is code 3', () => {
    const error = new AppError(
      'ALREADY_RUNNING',
      'vedette watch (process 5) already owns the data folder /d',
    );
    expect(startFailure(error)).toEqual({
      title: 'Vedette is already running',
      text: 'Another Vedette protects this computer already: vedette watch (process 5) already owns the data folder /d. This one ends, and nothing is lost.',
      exitCode: 3,
    });
  });

  test.each([
    [new AppError('CONFIG_INVALID', 'line 5'), 3],
    [new AppError('FILE_UNREADABLE', 'the data folder'), 2],
    [new TypeError('a bug'), 2],
  ])('%s ends with code %i', (error, exitCode) => {
    expect(startFailure(error)).toMatchObject({ title: 'Vedette has to end', exitCode });
  });

  test('nothing in a path can steer a terminal or a dialog', () => {
    expect(startFailure(new Error('/a\u{1b}[2J\u{202e}b')).text).toBe('/a<U+001B>[2J<U+202E>b');
  });
});
