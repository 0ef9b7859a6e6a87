// What a reply of clamd means for the file; only `OK` to a wholly sent request means that nothing was found.
import { assertNever } from '../../../shared/verdict.ts';
import type { Detection } from '../../../shared/verdict.ts';
import type { EngineOutcome } from '../scan-engine.ts';
import type { Reply } from './reply.ts';

const limitsPrefix = 'Heuristics.Limits.Exceeded';
const encryptedPrefix = 'Heuristics.Encrypted.';

export function outcomeOfReply(reply: Reply): EngineOutcome {
  switch (reply.kind) {
    case 'ok':
      return { kind: 'nothing' };
    case 'found':
      return outcomeOfSignature(reply.signature);
    case 'error':
      return outcomeOfError(reply.message);
    default:
      return assertNever(reply);
  }
}

/** The stream was, or would have been, longer than `StreamMaxLength`. */
export function streamLimit(limitBytes: number | null): EngineOutcome {
  const limit = limitBytes === null ? 'StreamMaxLength' : `StreamMaxLength (${limitBytes} bytes)`;
  return {
    kind: 'incomplete',
    reason: 'stream_limit',
    detail: `larger than clamd takes over its socket: ${limit}`,
  };
}

export function protocolError(detail: string): EngineOutcome {
  return { kind: 'failed', reason: 'protocol_error', detail: `clamd sent ${detail}` };
}

export function unavailable(detail: string): EngineOutcome {
  return { kind: 'failed', reason: 'engine_unavailable', detail };
}

export function timedOut(detail: string): EngineOutcome {
  return { kind: 'failed', reason: 'timeout', detail };
}

function outcomeOfSignature(name: string): EngineOutcome {
  if (name.startsWith(limitsPrefix)) {
    const limit = name.slice(limitsPrefix.length).replace(/^\./, '');
    const detail = `clamd stopped at its limit ${limit === '' ? '(which one it did not say)' : limit}`;
    return { kind: 'incomplete', reason: 'limits_exceeded', detail };
  }
  if (name.startsWith(encryptedPrefix)) {
    const format = name.slice(encryptedPrefix.length);
    return {
      kind: 'incomplete',
      reason: 'encrypted',
      detail: `encrypted (${format}): clamd cannot look inside`,
    };
  }
  return {
    kind: 'found',
    detections: [{ engine: 'clamav', name, ...weightOf(name), meta: {}, matches: [] }],
  };
}

function weightOf(name: string): Pick<Detection, 'kind' | 'severity'> {
  if (name.startsWith('PUA.')) return { kind: 'pua', severity: 'low' };
  if (name.startsWith('Heuristics.')) return { kind: 'heuristic', severity: 'low' };
  return { kind: 'signature', severity: 'high' };
}

// These messages are clamd's own constants and all it gives: there is no code beside them.
function outcomeOfError(message: string): EngineOutcome {
  if (message.endsWith('INSTREAM size limit exceeded.')) return streamLimit(null);
  return { kind: 'failed', reason: 'protocol_error', detail: `clamd answered with an error: ${message}` };
}
