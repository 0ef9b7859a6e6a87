// `vedette token`: who may use the HTTP API, and for what. A new token is shown once; nothing keeps it but who asked for it.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { unwritable } from '../api/service/tokens/private-text.ts';
import { TokenBook } from '../api/service/tokens/token-book.ts';
import type { TokenFacts } from '../api/service/tokens/token-changes.ts';
import { ownerName } from '../api/service/tokens/token-entry.ts';
import { newToken } from '../api/service/tokens/token-secret.ts';
import { encodePath } from '../core/files/raw-path.ts';
import { writeNewFile } from '../core/files/write-new-file.ts';
import { silentLogger } from '../core/logger.ts';
import { scopes, type Scope } from '../shared/api-routes.ts';
import { AppError } from '../shared/errors.ts';
import { formatTime } from './clock-text.ts';
import { columnLines } from './columns.ts';
import {
  addCommonOptions,
  commonOptionsSchema,
  dataFolderFor,
  type CommonOptions,
} from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { reportedFile } from './reported.ts';
import { shownPath } from '../core/files/shown-path.ts';
import { complain, hint, linesOf, tell } from './tell.ts';

const fileOptionsSchema = commonOptionsSchema.extend({ file: z.string().optional() });
const createOptionsSchema = fileOptionsSchema.extend({ scope: z.string() });
const showOptionsSchema = commonOptionsSchema.extend({ reveal: z.boolean().default(false) });
type FileOptions = z.infer<typeof fileOptionsSchema>;

const examples = `
Scopes, none of which holds another:
  read     look-ups, status, findings, metrics
  scan     have files and folders scanned
  manage   quarantine, allow, pause, scans of the whole machine: what changes how it is protected

The owner, whoever runs Vedette, has a token with all of them in a file that nobody else can read.
Vedette keeps no other token, only what it is known by: one that is lost is rotated.

Examples:
  vedette token create uploads --scope read,scan                     for the upload pipeline; it is printed once
  vedette token create prometheus --scope read --file prom.token     for another program, in a file of mode 0600
  vedette token rotate uploads                                       a new one; the old one ends within a second
  vedette token revoke uploads

With curl, in bash; like this the token does not stand in the list of processes:
  curl -H @<(printf 'Authorization: Bearer %s' "$(vedette token show --reveal)") http://127.0.0.1:8477/api/v1/status

It works whether vedette serve runs or not.`;

export function tokenCommand(): Command {
  const tokenGroup = new Command('token')
    .summary('make and revoke tokens of the HTTP API')
    .description(
      'Makes, renews and revokes the tokens with which programs use the HTTP API of vedette serve.',
    )
    .addHelpText('after', examples);
  const list = new Command('list').summary('show who has one (default)').action(async (options: unknown) => {
    process.exitCode = await listTokens(commonOptionsSchema.parse(options));
  });
  const create = new Command('create')
    .summary('make one, and show it once')
    .argument('<name>', 'as the history is to call who uses it: letters, digits and . _ - @')
    .requiredOption('--scope <scopes>', `what it is good for: ${scopes.join(', ')}, separated by commas`)
    .option('--file <file>', 'write it into this new file (mode 0600) instead of showing it')
    .action(async (name: string, options: unknown) => {
      const { scope, ...common } = createOptionsSchema.parse(options);
      const wanted = parseScopes(scope);
      process.exitCode = await giveToken(common, (book, token) => book.create(name, wanted, token));
    });
  const rotate = new Command('rotate')
    .summary('make a new one in its place, and the old one worthless')
    .argument('[name]', 'whose (default: the one of the owner, in its file)', ownerName)
    .option('--file <file>', 'write it into this new file (mode 0600) instead of showing it')
    .action(async (name: string, options: unknown) => {
      const common = fileOptionsSchema.parse(options);
      process.exitCode =
        name === ownerName
          ? await rotateOwner(common)
          : await giveToken(common, (book, token) => book.rotate(name, token));
    });
  const revoke = new Command('revoke')
    .summary('make one worthless')
    .argument('<name>', 'whose')
    .action(async (name: string, options: unknown) => {
      process.exitCode = await revokeToken(name, commonOptionsSchema.parse(options));
    });
  const show = new Command('show')
    .summary('say where the token of the owner is')
    .option('--reveal', 'show the token itself')
    .action(async (options: unknown) => {
      const { reveal, ...common } = showOptionsSchema.parse(options);
      process.exitCode = await showOwner(common, reveal);
    });
  tokenGroup.addCommand(addCommonOptions(list), { isDefault: true });
  for (const command of [create, rotate, revoke, show]) tokenGroup.addCommand(addCommonOptions(command));
  return tokenGroup;
}

/** @throws AppError BAD_USAGE */
export function parseScopes(text: string): readonly Scope[] {
  return text.split(',').map((part) => {
    const scope = scopes.find((each) => each === part.trim());
    if (scope === undefined)
      throw new AppError(
        'BAD_USAGE',
        `'${part}' is no scope; write ${scopes.join(', ')}, separated by commas`,
      );
    return scope;
  });
}

/** @throws AppError for whatever is wrong with the files, with what to do. */
async function openBook(options: CommonOptions): Promise<TokenBook> {
  const book = await TokenBook.open({ dataDir: dataFolderFor(options), logger: silentLogger });
  if (book.problem !== null) throw book.problem;
  return book;
}

async function listTokens(options: CommonOptions): Promise<number> {
  const book = await openBook(options);
  const tokens = book.list();
  tell(options, {
    document: { format: 'vedette.tokens/1', tokens: [...tokens] },
    entries: tokens,
    text: tokensText(tokens, book.ownerFile, options.quiet),
  });
  return exitCodes.nothingFound;
}

async function giveToken(
  options: FileOptions,
  keep: (book: TokenBook, token: string) => Promise<TokenFacts>,
): Promise<number> {
  const book = await openBook(options);
  const token = newToken();
  const file = options.file === undefined ? null : resolve(options.file);
  // The file first: no token counts that nobody could be given.
  if (file !== null) writeTokenFile(file, token);
  const facts = await keep(book, token).catch((error: unknown) => {
    if (file !== null) rmSync(encodePath(file), { force: true });
    throw error;
  });
  tellToken(options, facts, file === null ? { token } : { file });
  return exitCodes.nothingFound;
}

async function rotateOwner(options: FileOptions): Promise<number> {
  if (options.file !== undefined)
    throw new AppError('BAD_USAGE', 'the token of the owner has its place; vedette token show says where');
  // Also where others could read the old one: that is what this is for.
  const book = await TokenBook.open({ dataDir: dataFolderFor(options), logger: silentLogger });
  tellToken(options, await book.rotate(ownerName), { file: book.ownerFile });
  return exitCodes.nothingFound;
}

async function revokeToken(name: string, options: CommonOptions): Promise<number> {
  await (await openBook(options)).revoke(name);
  const document = { format: 'vedette.token-revoke/1', name } as const;
  tell(options, {
    document,
    entries: [document],
    text: options.quiet ? '' : linesOf([`The token ${name} is worth nothing any more.`]),
  });
  return exitCodes.nothingFound;
}

async function showOwner(options: CommonOptions, reveal: boolean): Promise<number> {
  const book = await openBook(options);
  const token = book.ownerToken();
  const document = {
    format: 'vedette.token-show/1',
    token: reveal ? token : null,
    ...reportedFile(book.ownerFile),
  } as const;
  tell(options, {
    document,
    entries: [document],
    text: linesOf([reveal ? token : shownPath(book.ownerFile)]),
  });
  return exitCodes.nothingFound;
}

type Given = { readonly token: string } | { readonly file: string };

/** The token alone on standard output, for `$(…)`; what there is to say about it beside that. */
function tellToken(options: CommonOptions, facts: TokenFacts, given: Given): void {
  const document = {
    format: 'vedette.token/1',
    ...facts,
    token: 'token' in given ? given.token : null,
    ...('file' in given ? reportedFile(given.file) : { file: null }),
  } as const;
  tell(options, { document, entries: [document], text: 'token' in given ? linesOf([given.token]) : '' });
  if (options.json || options.ndjson || options.quiet) return;
  const what = `the token ${facts.name}, good for ${facts.scopes.join(', ')}`;
  if ('file' in given) complain(`${what}, is in ${shownPath(given.file)}`);
  else complain(`${what}; it is shown only this once`);
}

function tokensText(tokens: readonly TokenFacts[], ownerFile: string, quiet: boolean): string {
  const [head = '', ...rows] = columnLines(
    [{ title: 'NAME' }, { title: 'SCOPES' }, { title: 'SINCE' }, { title: 'RENEWED' }],
    tokens.map((each) => [
      each.name,
      each.scopes.join(', '),
      formatTime(each.created_at),
      formatTime(each.rotated_at),
    ]),
  );
  if (quiet) return linesOf(rows);
  return linesOf([head, ...rows, '', hint(`The one of the owner is in ${shownPath(ownerFile)}`)]);
}

function writeTokenFile(file: string, token: string): void {
  try {
    writeNewFile(file, `${token}\n`);
  } catch (error) {
    throw unwritable(file, error);
  }
}
