import { appendFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePath } from '../../../../src/core/files/raw-path.ts';
import { openFolder, type AnchoredFolder } from '../../../../src/core/vault/anchored-folder.ts';
import { MoveJournal, readJournal } from '../../../../src/core/vault/move-journal.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const id = 'a'.repeat(32);
const path = `/tmp/${decodePath(Buffer.from([0x62, 0xff]))}\n`;
const intent = { kind: 'quarantine', path, identity: '1:2:3:4:5' } as const;

async function opened(place: string): Promise<AnchoredFolder> {
  const opening = await openFolder(place);
  if (opening.kind !== 'open') throw new Error(opening.kind);
  return opening.folder;
}

describe('a journal', () => {
  it('keeps an intent, every byte of its path, and notes; and forgets them at the end', async () => {
    using temporary = temporaryFolder();
    using folder = await opened(temporary.path);
    const journal = await MoveJournal.begin(folder, id, intent);
    expect(await readJournal(folder, id)).toEqual({ intent, notes: new Set() });
    await journal.note('stored');
    await journal.note('source-removed');
    expect(await readJournal(folder, id)).toEqual({ intent, notes: new Set(['stored', 'source-removed']) });
    await journal.end();
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  it('counts a line only when it is whole, and one that was cut short spoils only itself', async () => {
    using temporary = temporaryFolder();
    using folder = await opened(temporary.path);
    const file = join(temporary.path, `${id}.journal`);
    const journal = await MoveJournal.begin(folder, id, intent);
    appendFileSync(file, '\n{"note":"source-removed"}');
    expect(await readJournal(folder, id)).toEqual({ intent, notes: new Set() });
    truncateSync(file, 0);
    writeFileSync(file, '\n{"kind":"quaran');
    expect(await readJournal(folder, id)).toEqual({ intent: null, notes: new Set() });
    await journal.note('stored');
    expect(await readJournal(folder, id)).toEqual({ intent: null, notes: new Set(['stored']) });
  });

  it('is begun only once, and never through a link', async () => {
    using temporary = temporaryFolder();
    using folder = await opened(temporary.path);
    await MoveJournal.begin(folder, id, intent);
    await expect(MoveJournal.begin(folder, id, intent)).rejects.toMatchObject({ code: 'EEXIST' });
    expect((await readJournal(folder, id)).intent).toEqual(intent);
    const other = 'b'.repeat(32);
    symlinkSync(`${id}.journal`, join(temporary.path, `${other}.journal`));
    await expect(MoveJournal.begin(folder, other, intent)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(readJournal(folder, other)).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it.each([
    ['another copy than one of ours', { kind: 'restore', path: 'L3RtcA==', temporary: '../../etc/passwd' }],
    ['an identity that is none', { kind: 'quarantine', path: 'L3RtcA==', identity: 'any' }],
    ['a path that is none', { kind: 'quarantine', path: '', identity: '1:2:3:4:5' }],
    ['more than it should', { kind: 'quarantine', path: 'L3RtcA==', identity: '1:2:3:4:5', more: 1 }],
  ])('has no intent when it names %s', async (_what, line) => {
    using temporary = temporaryFolder();
    using folder = await opened(temporary.path);
    temporary.write(`${id}.journal`, `\n${JSON.stringify(line)}\n`);
    expect((await readJournal(folder, id)).intent).toBeNull();
  });
});
