// `vedette serve`: protects like `vedette watch`, answers programs over HTTP, and shows the pages of the window in a browser of this machine.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { pageFolder } from '../api/page-folder.ts';
import type { PageFiles } from '../api/page-files.ts';
import { tokenLifeMs } from '../api/page-sessions.ts';
import { z } from 'zod';
import { leanHeap } from '../core/processes/lean-heap.ts';
import { AppError } from '../shared/errors.ts';
import { currentActor } from '../core/actor.ts';
import { addCommonOptions, commonOptionsSchema, dataFolderFor, loggerFor } from './common-options.ts';
import { addEngineOptions, applyEngineOptions, engineOptionsSchema } from './engine-options.ts';
import { exitCodes } from './exit-codes.ts';
import { followSettings } from './follow-settings.ts';
import { onEnter } from './on-enter.ts';
import { openBrowser } from './open-browser.ts';
import { placeText, warningsOf } from './serve-texts.ts';
import { startOutputThread } from './output-thread.ts';
import { startProtecting } from './start-protecting.ts';
import { complain, hint } from './tell.ts';
import { untilAskedToStop } from './until-asked-to-stop.ts';

const linkMinutes = tokenLifeMs / 60_000;

const moreHelp = `
Programs ask over HTTP: scans by path or upload, look-ups by hash, batches of a thousand, findings,
quarantine, jobs, events and Prometheus (docs/api.md; \`/api/v1/openapi.json\`), each with a token of its own
(vedette token --help). It listens on loopback. Other machines can ask where [api] listen names another address and there is a
certificate ([api] tls_certificate, tls_key); without one it takes --allow-remote.

The pages are for this machine only. The printed link opens them once, within ${linkMinutes} minutes; from then on the
browser has a session, which ends after 12 hours without use, or with vedette serve. For another link
press Enter in the terminal, or start it again. What is watched, and what is done about a finding, says
the configuration, as for vedette watch; the other commands can be used meanwhile.

From another machine, over ssh with the same port on both sides:
  ssh -L 8477:127.0.0.1:8477 HOST

With --json or --ndjson each link is a JSON line: {"format": "vedette.serve/1", "address", "link",
"expires_in_seconds", "token_file"}.

Examples:
  vedette serve --open
  vedette serve --listen 127.0.0.1:0 --json
  vedette token create uploads --scope read,scan
  vedette scan --remote http://127.0.0.1:8477 ~/Downloads

Exit codes: 0 it was told to stop, 2 it could not begin, 3 bad usage, or another Vedette owns the data folder.`;

const serveOptionsSchema = commonOptionsSchema.extend({
  ...engineOptionsSchema.shape,
  listen: z.string().optional(),
  allowRemote: z.boolean().default(false),
  open: z.boolean().default(false),
  demo: z.boolean().default(false),
});
type ServeOptions = z.infer<typeof serveOptionsSchema>;

export function serveCommand(): Command {
  const command = new Command('serve')
    .summary('protect folders, answer programs over HTTP, show how it goes in a browser')
    .description(
      'Protects folders like vedette watch, answers programs over HTTP, and shows the pages of Vedette in a browser.',
    )
    .option(
      '--listen <host:port>',
      'where API and pages are (default: [api] listen, 127.0.0.1:8477); port 0: any',
    )
    .option('--allow-remote', 'let other machines in although there is no TLS')
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
  // Loaded when they are needed: most commands have no server.
  const [filesModule, { PageDoor }, { Pages }, { planServer, startServer }] = await Promise.all([
    import('../api/page-files.ts'),
    import('../api/page-door.ts'),
    import('../api/pages.ts'),
    import('../api/start-server.ts'),
  ]);
  const logger = loggerFor(options);
  const current = applyEngineOptions(followed.live.current, options);
  // What would end it at once is looked at before anything is started.
  using plan = planServer(current.api, options, logger);
  // Who has only come for the API need not build them.
  const files = orNull(() => new filesModule.PageFiles(pageFolder()));
  const dataDir = dataFolderFor(options);
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
  function say(text: string): void {
    const { json, ndjson, quiet } = options;
    if (!json && !ndjson && !quiet) output.write(`${hint(text)}\n`);
  }
  const { handlers, stateFeed } = vedette;
  const exportFolder = join(dataDir, 'exports');
  const pages =
    files === null
      ? null
      : new Pages({
          door: new PageDoor({ handlers, actor: currentActor(), exportFolder, logger }),
          files,
          subscribe: (listener) => stateFeed.subscribe(listener),
          onSignIn: () => say('A browser has opened a session with the link.'),
          logger,
        });
  const parts = pages === null ? [] : [pages];
  const { server, tokens } = running.use(await startServer({ plan, vedette, dataDir, parts, logger }));
  for (const warning of warningsOf(plan, tokens)) complain(warning);
  const { pageOrigin } = server;
  function tellLink(): string | null {
    const link = pageOrigin === null || pages === null ? null : pages.newLink(pageOrigin);
    output.write(placeText(options, { address: server.origin, link, tokenFile: tokens.ownerFile }));
    return link;
  }
  const link = tellLink();
  if (pages === null) say('There are no pages: they are not built (npm run build).');
  else if (link === null) say('The pages are there only where it listens on loopback too.');
  else {
    const enter = running.use(onEnter(tellLink));
    say(
      `The link opens one session, within ${linkMinutes} minutes.${enter.isHeard ? ' Enter gives another.' : ''}`,
    );
    if (options.open) openBrowser(link, (problem) => complain(`no browser could be opened: ${problem}`));
  }
  say('Programs use the API there, each with a token of its own: vedette token create');
  await stop.asked;
  return exitCodes.nothingFound;
}

/** null where the pages are not there. */
function orNull(open: () => PageFiles): PageFiles | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_UNREADABLE') return null;
    throw error;
  }
}
