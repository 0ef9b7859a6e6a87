// Each change of a token is told once, by name and by what it is good for.
import { expect, test } from 'vitest';
import type { ApiClient } from '../../../../../src/api/service/api-client.ts';
import { tokenNews } from '../../../../../src/api/service/tokens/token-news.ts';

const owner: ApiClient = { name: 'owner', scopes: new Set(['read', 'scan', 'manage']) };
const uploads: ApiClient = { name: 'uploads', scopes: new Set(['read', 'scan']) };

test.each<[string, readonly ApiClient[], readonly ApiClient[], readonly string[]]>([
  ['nothing', [owner, uploads], [owner, uploads], []],
  ['one that is new', [owner], [owner, uploads], ['The token uploads of the API is new (read, scan).']],
  [
    'one that was rotated',
    [owner, uploads],
    [owner, { ...uploads }],
    ['The token uploads of the API was changed (read, scan).'],
  ],
  [
    'one that may do more',
    [uploads],
    [{ ...uploads, scopes: new Set(['manage']) }],
    ['The token uploads of the API was changed (manage).'],
  ],
  ['one that is gone', [owner, uploads], [owner], ['The token uploads of the API was revoked.']],
])('of %s', (_what, before, after, news) => {
  expect(tokenNews(before, after)).toEqual(news);
});
