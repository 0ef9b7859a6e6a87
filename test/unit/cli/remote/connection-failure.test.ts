import { describe, expect, test } from 'vitest';
import { describeFailure } from '../../../../src/cli/remote/connection-failure.ts';
import { parseServiceUrl } from '../../../../src/cli/remote/service-url.ts';

const url = parseServiceUrl('https://scanner:8477', false);

function failed(code: string): Error {
  return Object.assign(new Error(`what Node says of ${code}`), { code });
}

describe('a connection that fails', () => {
  test.each([
    ['ECONNREFUSED', 'away', 'is the service running there'],
    ['ENOTFOUND', 'never', 'no machine is known by the name scanner'],
    ['EAI_AGAIN', 'away', 'could not be looked up'],
    ['ECONNRESET', 'away', 'failed (ECONNRESET)'],
    ['ETIMEDOUT', 'away', 'failed (ETIMEDOUT)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'never', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'never', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'never', 'renew it there'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'never', 'for other names than scanner'],
    ['EPROTO', 'never', 'http instead of https'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'never', 'http instead of https'],
    ['HPE_INVALID_CONSTANT', 'never', 'https instead of http'],
  ])('with %s is told in words', (code, kind, told) => {
    const failure = describeFailure(url, failed(code));
    expect([failure.kind, failure.sentence]).toEqual([kind, expect.stringContaining(told)]);
    expect(failure.sentence).toContain('scanner');
  });
});
