// `vedette serve`: protects like `vedette watch`, and shows the pages of the window in a browser of this machine.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { parseListenAddress } from '../api/listen-address.ts';
import { pageFolder } from '../api/page-folder.ts';
import { tokenLifeMs } from '../api/page-sessions.ts';
import { z } from 'zod';
import { leanHeap } from '../core/processes/lean-heap.ts';
import { safeJson } from '../shared/safe-json.ts';
import { currentActor } from '../core/actor.ts';
import { addCommonOptions, commonOptionsSchema, dataFolderFor, loggerFor } from './common-options.ts';
import { addEngineOptions, applyEngineOptions, engineOptionsSchema } from './engine-options.ts';
import { exitCodes } from './exit-codes.ts';
import { followSettings } from './follow-settings.ts';
import { onEnter } from './on-enter.ts';
import { openBrowser } from './open-browser.ts';
import { startOutputThread } from './output-thread.ts';
import { startProtecting } from './start-protecting.ts';
import { complain, hint } from './tell.ts';
import { untilAskedToStop } from './until-asked-to-stop.ts';

const linkMinutes = tokenLifeMs / 60_000;

const moreHelp = `
The pages are for this machine only. The printed link opens them once, within ${linkMinutes} minutes; from then on the
browser has a session, which ends after 12 hours without use, or with vedette serve. For another link
press Enter in the terminal, or start it again. What is watched, and what is done about a finding, says
the configuration, as for vedette watch; the other commands can be used meanwhile.

From another machine, over ssh with the same port on both sides:
  ssh -L 8477:127.0.0.1:8477 HOST

With --json or --ndjson each link is a JSON line: {"format": "vedette.serve/1", "address", "link",
"expires_in_seconds"}.

Examples:
  vedette serve --open
  vedette serve --listen 127.0.0.1:0 --json

Exit codes: 0 it was told to stop, 2 it could not begin, 3 bad usage, or another Vedette owns the data folder.`;

const serveOptionsSchema = commonOptionsSchema.extend({
  ...engineOptionsSchema.shape,
  listen: z.string().optional(),
  open: z.boolean().default(false),
  demo: z.boolean().default(false),
});
type ServeOptions = z.infer<typeof serveOptionsSchema>;

export function serveCommand(): Command {
  const command = new Command('serve')
    .summary('protect folders, and show how it goes in a browser')
    .description('Protects folders like vedette watch, and shows the pages of Vedette in a browser.')
    .option(
      '--listen <host:port>',
      'where the pages are (default: [api] listen, 127.0.0.1:8477); port 0: any',
    )
    .option('--open', 'open them in the browser')
    // Of `npm start -- --demo`: the pages say that the folder is thrown away.
    .addOption(new Option('--demo').hideHelp())
    .addHelpText('after', moreHelp)
    .action(async (options: unknown) => {
      process.exitCode = await serve(serveOptionsSchema.parse(options));
    });
  return addCommonOptions(addEngineOptions(command));
}

async function serve(options: ServeOptions): Promise<number> {
  setFlagsFromString(leanHeap);
  using followed = followSettings(options);
  // What would end it at once is looked at before anything is started.
  const address = parseListenAddress(options.listen ?? followed.live.current.api.listen);
  // Loaded when they are needed: most commands have no server.
  const [{ PageFiles }, { PageDoor }] = await Promise.all([
    import('../api/page-files.ts'),
    import('../api/page-door.ts'),
  ]);
  const files = new PageFiles(pageFolder());
  const { PageServer } = await import('../api/page-server.ts');
  const dataDir = dataFolderFor(options);
  const logger = loggerFor(options);
  using stop = untilAskedToStop();
  await using running = new AsyncDisposableStack();

  const output = running.use(startOutputThread());
  const vedette = running.use(
    await startProtecting(followed, {
      override: (settings) => applyEngineOptions(settings, options),
      named: [],
      dataDir,
      purpose: 'serve',
      isDemo: options.demo,
      useCache: options.cache,
      logger,
      signal: stop.signal,
    }),
  );
  const door = new PageDoor({
    handlers: vedette.handlers,
    actor: currentActor(),
    exportFolder: join(dataDir, 'exports'),
    logger,
  });
  const server = running.use(
    await PageServer.listen({
      address,
      door,
      files,
      subscribe: (listener) => vedette.stateFeed.subscribe(listener),
      onSignIn: () => say(options, 'A browser has opened a session with the link.'),
      logger,
    }),
  );
  function say({ json, ndjson, quiet }: ServeOptions, text: string): void {
    if (!json && !ndjson && !quiet) output.write(`${hint(text)}\n`);
  }
  function tellLink(): string {
    const link = server.newLink();
    output.write(linkText(options, server.origin, link));
    return link;
  }
  const link = tellLink();
  const enter = running.use(onEnter(tellLink));
  say(
    options,
    `The link opens one session, within ${linkMinutes} minutes.${enter.isHeard ? ' Enter gives another.' : ''}`,
  );
  if (options.open) openBrowser(link, (problem) => complain(`no browser could be opened: ${problem}`));
  await stop.asked;
  return exitCodes.nothingFound;
}

function linkText({ json, ndjson }: ServeOptions, address: string, link: string): string {
  if (!json && !ndjson) return `Vedette is at ${link}\n`;
  const document = { format: 'vedette.serve/1', address, link, expires_in_seconds: tokenLifeMs / 1000 };
  return `${safeJson(document)}\n`;
}
