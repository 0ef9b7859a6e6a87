// What a move was about to do, one file a move: a line is on the disk before what it announces, and after what it reports.
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { z } from 'zod';
import { innerPathSchema } from '../../shared/file-place.ts';
import { decodePath, encodePath, pathBytes } from '../files/raw-path.ts';
import type { AnchoredFolder } from './anchored-folder.ts';
import { journalName } from './vault-context.ts';
import { codeOf } from '../files/open-file.ts';

/** In base64, because its bytes need not be text. */
const storedPathSchema = z
  .base64()
  .transform((text) => decodePath(Buffer.from(text, 'base64')))
  .pipe(innerPathSchema);

const intentSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quarantine'),
    path: storedPathSchema,
    /** `dev:ino:size:mtimeNs:ctimeNs` */
    identity: z.string().regex(/^\d+:\d+:\d+:-?\d+:-?\d+$/),
  }),
  z.strictObject({
    kind: z.literal('restore'),
    path: storedPathSchema,
    /** Name of the copy beside it, until it is whole. */
    temporary: z.string().regex(/^\.vedette-[\da-f]{32}\.restoring$/),
  }),
]);
export type MoveIntent = Readonly<z.infer<typeof intentSchema>>;

/** `writing-in-place`: the file system has no hard links, so the file grows under its final name. */
const noteSchema = z.enum(['stored', 'source-removed', 'writing-in-place', 'restored', 'object-removed']);
export type MoveNote = z.infer<typeof noteSchema>;

export interface ReadJournal {
  /** null: it never reached the disk whole, so nothing was begun. */
  readonly intent: MoveIntent | null;
  readonly notes: ReadonlySet<MoveNote>;
}

const maxJournalBytes = 256 * 1024;

/** One move, from its intent to its end; `end` forgets it. */
export class MoveJournal {
  readonly #folder: AnchoredFolder;
  readonly #name: string;

  private constructor(folder: AnchoredFolder, id: string) {
    this.#folder = folder;
    this.#name = journalName(id);
  }

  /** Resolves when the intent is on the disk. @throws the error of `node:fs`, and then there is no journal. */
  static async begin(folder: AnchoredFolder, id: string, intent: MoveIntent): Promise<MoveJournal> {
    const journal = new MoveJournal(folder, id);
    const line = { ...intent, path: pathBytes(intent.path).toString('base64') };
    try {
      await journal.#append(line, constants.O_CREAT | constants.O_EXCL);
      await folder.sync();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') await unlink(encodePath(folder.at(journal.#name))).catch(ignore);
      throw error;
    }
    return journal;
  }

  async note(note: MoveNote): Promise<void> {
    await this.#append({ note }, 0);
  }

  async end(): Promise<void> {
    await unlink(encodePath(this.#folder.at(this.#name)));
    await this.#folder.sync();
  }

  /** Begins with the line break, so that a line that was cut short spoils only itself. */
  async #append(line: unknown, flags: number): Promise<void> {
    const place = encodePath(this.#folder.at(this.#name));
    const always = constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
    await using file = await open(place, always | flags, 0o600);
    await file.appendFile(`\n${JSON.stringify(line)}\n`);
    await file.sync();
  }
}

/** @throws the error of `node:fs` where the file cannot be read. */
export async function readJournal(folder: AnchoredFolder, id: string): Promise<ReadJournal> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  await using file = await open(encodePath(folder.at(journalName(id))), flags);
  const stats = await file.stat();
  if (!stats.isFile() || stats.size > maxJournalBytes) return { intent: null, notes: new Set() };
  const text = await file.readFile('latin1');
  let intent: MoveIntent | null = null;
  const notes = new Set<MoveNote>();
  // What follows the last line break was never finished.
  for (const line of text.split('\n').slice(0, -1)) {
    const value = parseLine(line);
    intent ??= intentSchema.safeParse(value).data ?? null;
    const read = z.strictObject({ note: noteSchema }).safeParse(value).data;
    if (read !== undefined) notes.add(read.note);
  }
  return { intent, notes };
}

/** Forgets a move that was settled. */
export async function removeJournal(folder: AnchoredFolder, id: string): Promise<void> {
  await unlink(encodePath(folder.at(journalName(id))));
  await folder.sync();
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function ignore(): void {
  // The first failure is the one that is told.
}
