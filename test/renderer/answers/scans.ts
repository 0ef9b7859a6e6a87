// What the fixtures answer to the calls about scans.
import type { FixtureAnswers } from '../fixture-transport.ts';

export const scanAnswers: FixtureAnswers = {};
