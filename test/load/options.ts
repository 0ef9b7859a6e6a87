// Options of the load suite; what is not understood is refused with a sentence, never guessed.
import { parseArgs } from 'node:util';
import { mixes, type MixName } from './mixes.ts';
import { scenarios, type ScenarioName } from './scenarios.ts';

export interface LoadOptions {
  readonly scenario: ScenarioName;
  readonly mix: MixName;
  /** Of each step; null for the scenario's own. */
  readonly seconds: number | null;
  readonly connections: number;
  /** null: a service is started for this run. */
  readonly remote: { readonly url: string; readonly tokenFile: string } | null;
  readonly isSmoke: boolean;
  readonly asJson: boolean;
}

const defaultConnections = 50;
const maxConnections = 1000;

export const usage = `npm run load -- baseline|target|stress|spike [options]

baseline  1,000 requests a second
target    10,000 requests a second
stress    more and more of them, until a limit is broken: says where
spike     1,000, then 10,000, then 1,000 again: says when it is as calm as before

--mix throughput  single look-ups of known contents, all in memory (the default)
--mix realistic   50 % single look-ups, 25 % look-ups of 100 contents each, 15 % recent detections, 10 % health
--seconds N       length of each step (default: baseline 10, target 30, stress 5, spike 10)
--connections N   of the generator, each with one request under way at a time (default: ${defaultConnections})
--url URL --token-file FILE
                  an existing service in place of one that is started: with a rate limit that lets this through;
                  it knows none of the contents that are asked for
--smoke           3 seconds a step at half of each rate
--json            one JSON document in place of the tables
--help            this text

Passes when p50 < 100 ms, p95 < 200 ms, p99 < 500 ms, less than 1 % of the requests fail, and 95 % of the rate is reached.
Exit codes: 0 passed, 1 not passed, 2 it could not be run, 3 bad usage, 130 stopped.`;

export class LoadUsageError extends Error {}

/** @throws LoadUsageError */
export function parseLoadOptions(args: readonly string[]): LoadOptions {
  const { values, positionals } = parse(args);
  const [scenario, ...more] = positionals;
  if (scenario === undefined) throw new LoadUsageError('name a scenario');
  if (more.length > 0) throw new LoadUsageError(`one scenario at a time, not also '${more.join(' ')}'`);
  return {
    scenario: oneOf('scenario', scenario, scenarios),
    mix: oneOf('mix', values.mix ?? 'throughput', mixes),
    seconds: wholeNumber('--seconds', values.seconds, 3600),
    connections: wholeNumber('--connections', values.connections, maxConnections) ?? defaultConnections,
    remote: remoteOf(values.url, values['token-file']),
    isSmoke: values.smoke ?? false,
    asJson: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mix: { type: 'string' },
        seconds: { type: 'string' },
        connections: { type: 'string' },
        url: { type: 'string' },
        'token-file': { type: 'string' },
        smoke: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new LoadUsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<Name extends string>(what: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new LoadUsageError(`there is no ${what} '${text}': ${names.join(', ')}`);
  return found;
}

function wholeNumber(name: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) {
    throw new LoadUsageError(`${name} takes a whole number from 1 to ${most}, not '${text}'`);
  }
  return value;
}

function remoteOf(url: string | undefined, tokenFile: string | undefined): LoadOptions['remote'] {
  if (url === undefined && tokenFile === undefined) return null;
  if (url === undefined || tokenFile === undefined) {
    throw new LoadUsageError('--url and --token-file go together');
  }
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new LoadUsageError(`--url takes http://HOST:PORT or https://HOST:PORT, not '${url}'`);
  }
  return { url: parsed.origin, tokenFile };
}
