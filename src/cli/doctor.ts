// `vedette doctor`: what is there, what is missing, and how to get it; it tries the engines instead of guessing.
import { styleText } from 'node:util';
import { Command } from 'commander';
import { startAntivirus } from '../core/antivirus.ts';
import { displayPath } from '../shared/display-path.ts';
import { messageOf } from '../shared/errors.ts';
import type { EngineReport } from '../shared/engine-report.ts';
import { antivirusOptions } from '../core/antivirus-options.ts';
import {
  addCommonOptions,
  commonOptionsSchema,
  dataFolderFor,
  loggerFor,
  settingsFor,
  type CommonOptions,
} from './common-options.ts';
import { exitCodes } from './exit-codes.ts';
import { engineLine } from './scan-reporter.ts';
import { linesOf, tell } from './tell.ts';

/** One thing that was looked at. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .summary('say what is missing and how to get it')
    .description(
      'Starts the engines as a scan would, and says what works, what is missing and how to get it.',
    )
    .action(async (options: unknown) => {
      process.exitCode = await examine(commonOptionsSchema.parse(options));
    });
  return addCommonOptions(command);
}

async function examine(options: CommonOptions): Promise<number> {
  const settings = settingsFor(options);
  const dataDir = dataFolderFor(options);
  const findings: Finding[] = [
    { name: 'Node.js', ok: true, detail: `${process.version} on ${process.platform}-${process.arch}` },
    { name: 'Data folder', ok: true, detail: dataDir },
  ];
  let engines: readonly EngineReport[] = [];
  try {
    const { signal } = new AbortController();
    const logger = loggerFor(options);
    const surroundings = { dataDir, purpose: 'doctor', staysOn: false, useCache: false, logger, signal };
    const oneWorker = { ...settings.scaling, min_workers: 1, max_workers: 1 };
    await using antivirus = await startAntivirus(
      antivirusOptions({ ...settings, scaling: oneWorker }, surroundings),
    );
    engines = await antivirus.engines();
    findings.push({ name: 'Scan workers', ok: true, detail: 'start and load the engines' });
    const { state, details } = antivirus.store.health;
    const detail = details.length === 0 ? 'can be read and written' : details.join(' ');
    findings.push({ name: 'Cache and history', ok: state === 'ready', detail });
  } catch (error) {
    findings.push({ name: 'Scan workers', ok: false, detail: messageOf(error) });
  }
  const { quiet } = options;
  const shown = {
    findings: findings.filter(({ ok }) => !quiet || !ok),
    engines: engines.filter(({ state }) => !quiet || state !== 'ready'),
  };
  tell(options, {
    document: { format: 'vedette.doctor/1', findings, engines: [...engines] },
    entries: [...findings.map((finding) => ({ finding })), ...engines.map((engine) => ({ engine }))],
    text: linesOf([...shown.findings.map(findingLine), ...shown.engines.map(engineLine)]),
  });
  // Hash lists alone are no protection.
  const looks = engines.some(({ name, state }) => name !== 'hash' && state !== 'unavailable');
  return looks && findings.every(({ ok }) => ok) ? exitCodes.nothingFound : exitCodes.errors;
}

function findingLine({ name, ok, detail }: Finding): string {
  return `${styleText(ok ? 'green' : 'red', ok ? 'ok' : 'not ok')}  ${name}: ${displayPath(detail, true)}`;
}
