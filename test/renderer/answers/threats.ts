// What the fixtures answer to the calls about threats.
import type { FixtureAnswers } from '../fixture-transport.ts';

export const threatAnswers: FixtureAnswers = {};
