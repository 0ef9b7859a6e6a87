// Why a file was flagged: put together from the finding, the bytes where they can still be had, and what else is known of it.
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/contract.ts';
import type { Finding } from '../../../shared/finding.ts';
import type { FindingExplanation } from '../../../shared/page-documents.ts';
import type { EngineName } from '../../../shared/verdict.ts';
import type { Antivirus } from '../../antivirus.ts';
import { detectionMeaning, detectionSource } from '../../explain/detection-meaning.ts';
import { findingDoubts } from '../../explain/finding-doubts.ts';
import { contextOf, fileContext, reachOf, rememberedMatches } from '../../explain/match-context.ts';
import { packageOwner, type PackageOwner } from '../../explain/package-owner.ts';
import type { Desk } from '../desk.ts';

/** Of a quarantined file no more is decrypted than this to show a match. */
const maxDecryptedBytes = 32 * 1024 * 1024;
const maxElsewhere = 100;

export interface ExplainSources {
  readonly desk: Desk;
  readonly antivirus: Pick<Antivirus, 'engines'>;
  readonly ownerOf?: (path: string) => Promise<PackageOwner | null>;
}

type Shown = Pick<FindingExplanation, 'detections' | 'bytes_problem'>;

export function explainCalls(sources: ExplainSources): Pick<Handlers, 'findings.explain'> {
  const { desk, antivirus, ownerOf = packageOwner } = sources;
  return {
    async 'findings.explain'({ id }) {
      const finding = desk.findings.get(id);
      if (finding === null) throw new AppError('NOT_FOUND', `there is no finding ${id}`);
      const reports = await antivirus.engines();
      const engines = reports.filter(({ state }) => state !== 'unavailable').map(({ name }) => name);
      const elsewhere = otherPlaces(desk, finding);
      const owner = finding.state === 'gone' ? null : await ownerOf(finding.path);
      const couldLook = [
        ...new Set<EngineName>([...engines, ...finding.detections.map(({ engine }) => engine)]),
      ];
      return {
        finding,
        ...(await shownDetections(desk, finding)),
        engines: couldLook,
        elsewhere: elsewhere.slice(0, maxElsewhere),
        allowed_by: desk.allow.match(finding),
        doubts: [...findingDoubts({ finding, engines, owner, elsewhere: elsewhere.length })],
      };
    },
  };
}

async function shownDetections(desk: Desk, finding: Finding): Promise<Shown> {
  const { detections } = finding;
  const described = detections.map((detection) => ({
    detection,
    meaning: detectionMeaning(detection),
    source: detectionSource(detection),
  }));
  if (detections.every(({ matches }) => matches.length === 0)) {
    return { detections: described.map((one) => ({ ...one, matches: [] })), bytes_problem: '' };
  }
  const vaulted = finding.vault_id === null ? null : await vaultBytes(desk, finding.vault_id, finding);
  if (typeof vaulted === 'string') {
    return {
      detections: described.map((one) => ({
        ...one,
        matches: [...rememberedMatches(one.detection.matches)],
      })),
      bytes_problem: vaulted,
    };
  }
  const shown = described.map((one) => ({
    one,
    bytes:
      vaulted === null
        ? fileContext(finding, one.detection.matches)
        : {
            matches: contextOf(one.detection.matches, (start, length) =>
              vaulted.subarray(start, start + length),
            ),
            problem: '',
          },
  }));
  return {
    detections: shown.map(({ one, bytes }) => ({ ...one, matches: [...bytes.matches] })),
    bytes_problem: shown.map(({ bytes }) => bytes.problem).find((problem) => problem !== '') ?? '',
  };
}

/** The beginning of a quarantined file, as far as its matches reach; or why it cannot be had. */
async function vaultBytes(desk: Desk, vaultId: string, { detections }: Finding): Promise<Buffer | string> {
  const { vault } = desk;
  if (typeof vault === 'string') return `The quarantined file cannot be read: ${vault}`;
  const reach = Math.max(...detections.map(({ matches }) => reachOf(matches)));
  if (reach > maxDecryptedBytes) return 'The match lies too far into a quarantined file to be shown.';
  const pieces: Buffer[] = [];
  let have = 0;
  try {
    for await (const piece of vault.content(vaultId)) {
      pieces.push(Buffer.from(piece));
      have += piece.length;
      if (have >= reach) break;
    }
  } catch (error) {
    if (error instanceof AppError) return `The quarantined file cannot be read: ${messageOf(error)}`;
    throw error;
  }
  return Buffer.concat(pieces);
}

function otherPlaces(
  desk: Desk,
  { id, sha256, vault_id: vaultId }: Finding,
): FindingExplanation['elsewhere'] {
  if (sha256 === null) return [];
  const findings = desk.findings
    .sameContent(sha256, maxElsewhere + 1)
    .filter((other) => other.id !== id)
    .map(({ path, state }) => ({ path, where: 'finding' as const, state }));
  const known = new Set(findings.map(({ path }) => path));
  const records = typeof desk.vault === 'string' ? [] : desk.vault.list();
  const vaulted = records
    .filter((record) => record.sha256 === sha256 && record.id !== vaultId && !known.has(record.path))
    .map(({ path, state }) => ({ path, where: 'quarantine' as const, state }));
  const links = records
    .filter((record) => record.sha256 === sha256)
    .flatMap((record) => record.other_links)
    .map((path) => ({ path, where: 'hard_link' as const, state: 'a hard link that was left' }));
  return [...findings, ...vaulted, ...links];
}
