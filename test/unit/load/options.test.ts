// The options of the load suite.
import { describe, expect, test } from 'vitest';
import { LoadUsageError, parseLoadOptions } from '../../load/options.ts';

describe('the options of the load suite', () => {
  test('a scenario alone is enough', () => {
    expect(parseLoadOptions(['target'])).toEqual({
      scenario: 'target',
      mix: 'throughput',
      seconds: null,
      connections: 50,
      remote: null,
      isSmoke: false,
      asJson: false,
    });
  });

  test('all of them', () => {
    const text =
      'spike --mix realistic --seconds 4 --connections 20 --url https://av.example:8477/ --token-file t --smoke --json';
    expect(parseLoadOptions(text.split(' '))).toEqual({
      scenario: 'spike',
      mix: 'realistic',
      seconds: 4,
      connections: 20,
      remote: { url: 'https://av.example:8477', tokenFile: 't' },
      isSmoke: true,
      asJson: true,
    });
  });

  test.each([
    ['', 'name a scenario'],
    ['flood', "there is no scenario 'flood': baseline, target, stress, spike"],
    ['target spike', "one scenario at a time, not also 'spike'"],
    ['target --mix all', "there is no mix 'all': throughput, realistic"],
    ['target --seconds 0', "--seconds takes a whole number from 1 to 3600, not '0'"],
    ['target --connections 1.5', "--connections takes a whole number from 1 to 1000, not '1.5'"],
    ['target --url http://x', '--url and --token-file go together'],
    ['target --token-file x', '--url and --token-file go together'],
    [
      'target --url ftp://x --token-file t',
      "--url takes http://HOST:PORT or https://HOST:PORT, not 'ftp://x'",
    ],
  ])('%j is refused with a sentence', (text, sentence) => {
    expect(() => parseLoadOptions(text.split(' ').filter(Boolean))).toThrow(new LoadUsageError(sentence));
  });

  test('an unknown option is bad usage', () => {
    expect(() => parseLoadOptions(['target', '--fast'])).toThrow(LoadUsageError);
  });
});
