// A finding of which only the path matters to a test.
import type { Finding } from '../../../src/shared/finding.ts';

export function finding(path: string): Finding {
  return {
    id: 1,
    path,
    identity: '1:2:3:4:5',
    sha256: null,
    size_bytes: 68,
    verdict: 'infected',
    severity: 'high',
    detections: [
      { engine: 'clamav', name: 'Test', severity: 'high', kind: 'signature', meta: {}, matches: [] },
    ],
    origin: 'realtime',
    state: 'open',
    note: '',
    vault_id: null,
    found_at: 1,
    seen_at: 1,
  };
}
