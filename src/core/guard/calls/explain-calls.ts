// Why a file was flagged: put together from the finding, the bytes where they can still be had, and what else is known of it.
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/contract.ts';
import type { Finding } from '../../../shared/finding.ts';
import type { FindingExplanation } from '../../../shared/page-documents.ts';
import type { EngineName } from '../../../shared/verdict.ts';
import type { Antivirus } from '../../antivirus.ts';
import { detectionMeaning, detectionSource } from '../../explain/detection-meaning.ts';
import { findingDoubts } from '../../explain/finding-doubts.ts';
import { FoundFiles } from '../../explain/found-files.ts';
import { contextOf, rememberedMatches, spansOf, type ReadBytes } from '../../explain/match-context.ts';
import { orLate } from '../../or-late.ts';
import { packageOwner, type OwnedFile, type PackageOwner } from '../../explain/package-owner.ts';
import { Turns } from '../../explain/turns.ts';
import { describeFsError, isFsError } from '../../files/open-file.ts';
import type { Desk } from '../desk.ts';

/** Of a quarantined file no more is decrypted than this to show a match. */
const maxDecryptedBytes = 32 * 1024 * 1024;
const maxElsewhere = 100;
/** Each may start a program and decrypt a file; the pages ask for the same ones again and again. */
const turns = { atOnce: 2, maxWaiting: 50 };
const ownerLimitMs = 5000;
const vaultLimitMs = 10_000;

export interface ExplainSources {
  readonly desk: Desk;
  readonly antivirus: Pick<Antivirus, 'engines'>;
  readonly ownerOf?: (file: OwnedFile) => Promise<PackageOwner | null>;
}

type Explain = Handlers['findings.explain'];
type Shown = Pick<FindingExplanation, 'detections' | 'bytes_problem'>;

export function explainCalls({ desk, antivirus, ownerOf = packageOwner }: ExplainSources): {
  readonly 'findings.explain': Explain;
} {
  const files = new FoundFiles();
  const waiting = new Turns<number, FindingExplanation>(turns);

  async function explain(id: number): Promise<FindingExplanation> {
    const finding = desk.findings.get(id);
    if (finding === null) throw new AppError('NOT_FOUND', `there is no finding ${id}`);
    const { path, sha256, detections } = finding;
    const reports = await antivirus.engines();
    const engines = reports.filter(({ state }) => state !== 'unavailable').map(({ name }) => name);
    const elsewhere = otherPlaces(desk, finding);
    const owner =
      finding.state === 'gone'
        ? null
        : await orLate(ownerOf({ path, sha256, md5: () => files.md5(finding) }), ownerLimitMs, () => null);
    return {
      finding,
      ...(await shownDetections(desk, files, finding)),
      engines: [...new Set<EngineName>([...engines, ...detections.map(({ engine }) => engine)])],
      elsewhere: elsewhere.slice(0, maxElsewhere),
      allowed_by: desk.allow.match(finding),
      doubts: [...findingDoubts({ finding, engines, owner, elsewhere: elsewhere.length })],
    };
  }

  return { 'findings.explain': ({ id }) => waiting.ask(id, () => explain(id)) };
}

async function shownDetections(desk: Desk, files: FoundFiles, finding: Finding): Promise<Shown> {
  const { detections } = finding;
  const spans = detections.flatMap(({ matches }) => spansOf(matches));
  const bytes =
    spans.length === 0 ? '' : ((await vaultBytes(desk, finding)) ?? (await files.bytes(finding, spans)));
  return {
    detections: detections.map((detection) => ({
      detection,
      meaning: detectionMeaning(detection),
      source: detectionSource(detection),
      matches: [
        ...(typeof bytes === 'string'
          ? rememberedMatches(detection.matches)
          : contextOf(detection.matches, bytes)),
      ],
    })),
    bytes_problem: typeof bytes === 'string' ? bytes : '',
  };
}

/** Of a file that is in the vault; or why its bytes cannot be had; null for one that is not there, or no longer. */
async function vaultBytes({ vault }: Desk, finding: Finding): Promise<ReadBytes | string | null> {
  const { vault_id: vaultId, state, detections } = finding;
  if (vaultId === null) return null;
  if (typeof vault === 'string') {
    return state === 'quarantined' ? `The quarantined file cannot be read: ${vault}` : null;
  }
  // One that was restored is where it was; a finding keeps the number it had in the vault.
  if (state !== 'quarantined' && !vault.list().some(({ id }) => id === vaultId)) return null;
  const ends = detections.flatMap(({ matches }) =>
    spansOf(matches).map(({ start, length }) => start + length),
  );
  const reach = Math.max(0, ...ends);
  if (reach > maxDecryptedBytes) return 'The match lies too far into a quarantined file to be shown.';
  return await orLate<ReadBytes | string>(
    decrypted(vault.content(vaultId), reach),
    vaultLimitMs,
    () => 'The quarantined file cannot be read: the disk does not answer.',
  );
}

/** The beginning of a quarantined file, as far as its matches reach; each piece is proven to be what was moved. */
async function decrypted(content: AsyncIterable<Buffer>, reach: number): Promise<ReadBytes | string> {
  const pieces: Buffer[] = [];
  let have = 0;
  try {
    for await (const piece of content) {
      pieces.push(Buffer.from(piece));
      have += piece.length;
      if (have >= reach) break;
    }
  } catch (error) {
    if (error instanceof AppError) return `The quarantined file cannot be read: ${messageOf(error)}.`;
    if (isFsError(error)) return `The quarantined file cannot be read: ${describeFsError(error).detail}.`;
    throw error;
  }
  const beginning = Buffer.concat(pieces);
  return ({ start, length }) => beginning.subarray(start, start + length);
}

/** Each place once, and not the one that is explained. */
function otherPlaces(desk: Desk, { path: own, sha256 }: Finding): FindingExplanation['elsewhere'] {
  if (sha256 === null) return [];
  const findings = desk.findings
    .sameContent(sha256, maxElsewhere + 1)
    .map(({ path, state }) => ({ path, where: 'finding' as const, state }));
  const records = (typeof desk.vault === 'string' ? [] : desk.vault.list()).filter(
    (record) => record.sha256 === sha256,
  );
  const vaulted = records.map(({ path, state }) => ({ path, where: 'quarantine' as const, state }));
  const links = records
    .flatMap((record) => record.other_links)
    .map((path) => ({ path, where: 'hard_link' as const, state: 'a hard link that was left' }));
  const seen = new Set([own]);
  return [...findings, ...vaulted, ...links].filter(({ path }) => !seen.has(path) && seen.add(path));
}
