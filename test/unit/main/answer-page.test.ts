import { describe, expect, test } from 'vitest';
import { answerPage } from '../../../src/main/answer-page.ts';

const source = {
  headers: { 'content-security-policy': "default-src 'none'" },
  read: (path: string) =>
    path === '/index.html'
      ? { bytes: Buffer.from('<!doctype html>'), type: 'text/html', headers: { 'cache-control': 'no-store' } }
      : null,
};

describe('the pages of the window', () => {
  test('a page comes with its type and the headers of all', async () => {
    const answer = answerPage({ url: 'app://vedette/index.html?x#y', method: 'GET' }, source);
    expect(await answer.text()).toBe('<!doctype html>');
    expect(Object.fromEntries(answer.headers)).toEqual({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
      'content-type': 'text/html',
    });
  });

  test.each([
    ['app://vedette/other.html', 'GET', 404],
    ['app://other/index.html', 'GET', 404],
    ['https://vedette/index.html', 'GET', 404],
    ['app://vedette/index.html', 'POST', 405],
  ])('%s by %s is %i', (url, method, status) => {
    expect(answerPage({ url, method }, source).status).toBe(status);
  });
});
