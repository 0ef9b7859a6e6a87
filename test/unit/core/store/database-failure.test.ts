import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { failureCode, failureKind } from '../../../../src/core/store/database-failure.ts';

describe('a failure', () => {
  test.each([
    ['SQLITE_CORRUPT', 'damaged'],
    ['SQLITE_CORRUPT_INDEX', 'damaged'],
    ['SQLITE_NOTADB', 'damaged'],
    ['SQLITE_IOERR_SHORT_READ', 'damaged'],
    ['SQLITE_READONLY_DBMOVED', 'moved'],
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_LOCKED_SHAREDCACHE', 'busy'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_IOERR', 'trouble'],
    ['SQLITE_IOERR_WRITE', 'trouble'],
    ['SQLITE_READONLY', 'trouble'],
    ['SQLITE_CANTOPEN_ISDIR', 'trouble'],
    ['SQLITE_CONSTRAINT_CHECK', 'entry'],
    ['SQLITE_ERROR', 'entry'],
    ['SQLITE_FULLER', 'entry'],
  ])('with code %s is %s', (code, kind) => {
    const error = new Database.SqliteError('text that nobody looks at: SQLITE_FULL', code);
    expect(failureKind(error)).toBe(kind);
    expect(failureCode(error)).toBe(code);
  });

  test('that is none of SQLite is the fault of the entry', () => {
    expect(failureKind(new TypeError('SQLITE_CORRUPT'))).toBe('entry');
    expect(failureKind('SQLITE_CORRUPT')).toBe('entry');
    expect(failureCode(new TypeError('x'))).toBe('');
    expect(failureCode(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe('ENOSPC');
  });
});
