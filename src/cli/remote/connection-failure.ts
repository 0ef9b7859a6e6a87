// Why a service could not be talked to, in a sentence that says what to do; what may pass by itself is told apart.
import { codeOf } from '../../core/files/open-file.ts';
import { displayText } from '../../shared/display-path.ts';
import { messageOf } from '../../shared/errors.ts';
import type { ServiceUrl } from './service-url.ts';

/**
 * `away`: nobody is there, or the connection broke; it may pass. `silent`: no answer in time. `never`: asking again
 * gives the same.
 */
export interface ConnectionFailure {
  readonly kind: 'away' | 'silent' | 'never';
  readonly sentence: string;
  readonly cause: unknown;
}

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const wrongTime: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

export function describeFailure(url: ServiceUrl, error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    return away(error, `nobody listens at ${url.shown}; is the service running there (vedette serve)?`);
  }
  if (code === 'ENOTFOUND') return never(error, `no machine is known by the name ${url.hostname}`);
  if (code === 'EAI_AGAIN') return away(error, `the name ${url.hostname} could not be looked up (${code})`);
  if (untrusted.has(code)) {
    const how =
      'when it is your own, name the PEM file of its authority in NODE_EXTRA_CA_CERTS (on its machine: [api] tls_certificate)';
    return never(
      error,
      `the certificate of ${url.shown} is by nobody that is trusted here (${code}); ${how}`,
    );
  }
  if (wrongTime.has(code)) {
    return never(
      error,
      `the certificate of ${url.shown} is not valid today (${code}); renew it there, or set the clock`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return never(
      error,
      `the certificate of ${url.shown} is for other names than ${url.hostname}: use a name that stands in it`,
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return never(error, `what listens at ${url.host} does not speak TLS: is it http instead of https?`);
  }
  if (code.startsWith('HPE_')) {
    return never(
      error,
      `what listens at ${url.host} does not speak HTTP (${code}): is it https instead of http?`,
    );
  }
  return away(
    error,
    `the connection to ${url.shown} ${code === 'no code' ? 'broke' : `failed (${code})`}: ${displayText(messageOf(error))}`,
  );
}

export function silentFailure(url: ServiceUrl, what: string, afterMs: number): ConnectionFailure {
  const sentence = `${url.shown} ${what} within ${Math.round(afterMs / 1000)} s`;
  return { kind: 'silent', sentence, cause: undefined };
}

export function never(cause: unknown, sentence: string): ConnectionFailure {
  return { kind: 'never', sentence, cause };
}

function away(cause: unknown, sentence: string): ConnectionFailure {
  return { kind: 'away', sentence, cause };
}
