// `npm run load -- SCENARIO`: a real service under load; exit 0 passed, 1 not passed, 2 it could not be run, 3 bad usage, 130 stopped.
import { availableParallelism } from 'node:os';
import { messageOf } from '../../src/shared/errors.ts';
import { existingService, startLoadedService } from './loaded-service.ts';
import { LoadUsageError, parseLoadOptions, usage, type LoadOptions } from './options.ts';
import { kindTable, stepTable } from './report.ts';
import { runScenario } from './run-scenario.ts';
import { planOf, resultOf } from './scenarios.ts';

const contents = 4000;

async function load(options: LoadOptions, signal: AbortSignal): Promise<boolean> {
  const { scenario, mix, connections, remote, asJson } = options;
  const plan = planOf(scenario, options);
  await using service =
    remote === null
      ? await startLoadedService({ contents, workers: 1 })
      : existingService(remote.url, remote.tokenFile, contents);
  const steps = await runScenario(service, plan, { mix, connections, signal }, ({ name, reachedRate }) => {
    if (!asJson) console.log(`${name}: ${reachedRate.toFixed(0)} requests/s`);
  });
  const result = resultOf(plan, steps);
  if (asJson) {
    console.log(JSON.stringify({ format: 'vedette.load/1', scenario, mix, connections, ...result, steps }));
    return result.passed;
  }
  console.log(
    [
      `\n${scenario}, mix ${mix}, ${connections} connections, ${availableParallelism()} processors shared with the generator\n`,
      stepTable(steps),
      ...withBlankLine(kindTable(steps)),
      '',
      ...result.sentences,
      result.passed ? 'passed' : 'not passed',
    ].join('\n'),
  );
  return result.passed;
}

function withBlankLine(text: string | null): readonly string[] {
  return text === null ? [] : ['', text];
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  try {
    return (await load(parseLoadOptions(args), interrupt.signal)) ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    if (error instanceof LoadUsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 3;
    }
    console.error((error instanceof Error && error.stack) || messageOf(error));
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
