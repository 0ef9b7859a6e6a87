// Quarantined files in a zip with a password, for those who examine them; written whole or not at all, and never held in memory.
import { ZipWriter } from '@zip.js/zip.js';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import type { VaultRecord } from '../../shared/vault-record.ts';
import { pathBytes } from '../files/raw-path.ts';
import { DescriptorOutput } from './descriptor-output.ts';
import { ExportPlace } from './export-place.ts';
import { memberName } from './member-name.ts';
import { describeWriteError } from '../files/write-failure.ts';

export interface ExportedObject {
  readonly record: VaultRecord;
  /** Throws where an object is damaged: then nothing is exported. */
  readonly content: () => AsyncIterable<Buffer>;
}

export interface ZipToWrite {
  /** The zip, in the spelling of `raw-path.ts`; nothing may have that name. */
  readonly file: string;
  readonly objects: readonly ExportedObject[];
  readonly password: string;
}

interface MemberOptions {
  readonly uncompressedSize: number;
  readonly lastModDate?: Date;
}

/** Larger pieces keep the event loop waiting while they are encrypted. */
const pieceBytes = 64 * 1024;
/** What the times of a zip can hold. */
const [firstMs, lastMs] = [Date.UTC(1980, 0, 2), Date.UTC(2107, 11, 30)];

/**
 * The old encryption of zips (ZipCrypto), because `unzip`, Python and the explorers of systems open no other. Beside the
 * files, `vedette.json` holds what the vault knows of them.
 * @returns the size of the zip.
 * @throws AppError BAD_USAGE without a password; VAULT_REFUSED for everything else, and no file is left then.
 */
export async function exportZip({ file, objects, password }: ZipToWrite): Promise<{ bytes: number }> {
  // An empty one would mean no encryption.
  if (password === '') throw new AppError('BAD_USAGE', 'the password of an export must not be empty');
  try {
    using place = new ExportPlace(file);
    const bytes = await writeZip(place.descriptor, objects, password);
    place.finish();
    return { bytes };
  } catch (error) {
    const problem = describeWriteError(error);
    if (problem === null) throw error;
    throw new AppError('VAULT_REFUSED', `no export was written to ${displayPath(file)}: ${problem}`, {
      cause: error,
      details: { file, problem },
    });
  }
}

async function writeZip(
  descriptor: number,
  objects: readonly ExportedObject[],
  password: string,
): Promise<number> {
  await using output = new DescriptorOutput(descriptor);
  const zip = new ZipWriter(output.stream, { password, zipCrypto: true, useWebWorkers: false });
  const list = Buffer.from(describeRecords(objects.map(({ record }) => record)));
  const listContent = ReadableStream.from([list]);
  await addMember(zip, 'vedette.json', listContent, { uncompressedSize: list.length });
  for (const { record, content } of objects) {
    const lastModDate = new Date(timeMs(record.mtime_ns));
    const about = { uncompressedSize: record.size_bytes, lastModDate };
    await addMember(zip, memberName(record), content(), about);
  }
  await zip.close();
  return output.writtenBytes;
}

async function addMember(
  zip: ZipWriter<unknown>,
  name: string,
  content: AsyncIterable<Buffer>,
  about: MemberOptions,
): Promise<void> {
  const pieces = inPieces(content);
  try {
    await zip.add(name, ReadableStream.from(pieces), about);
  } finally {
    // After a failed write the library leaves it open, and with it the object.
    await pieces.return(undefined);
  }
}

async function* inPieces(content: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes);
  }
}

function timeMs(mtimeNs: string): number {
  const ms = Number(mtimeNs) / 1e6;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, firstMs), lastMs) : firstMs;
}

function describeRecords(records: readonly VaultRecord[]): string {
  const described = records.map((record) => ({
    name: memberName(record),
    ...record,
    ...(record.path.isWellFormed() ? {} : { path_base64: pathBytes(record.path).toString('base64') }),
  }));
  return `${JSON.stringify({ format: 'vedette.export/1', records: described }, null, 2)}\n`;
}
