// What became of the tokens between two looks at their file, in words for the history: who may ask is a decision of somebody.
import type { ApiClient } from '../api-client.ts';

/** @param before clients as they were; one whose token and scopes are the same is the same object in both. */
export function tokenNews(before: readonly ApiClient[], after: readonly ApiClient[]): readonly string[] {
  const changed = after.filter((client) => !before.includes(client));
  const gone = before.filter(({ name }) => !after.some((client) => client.name === name));
  return [
    ...changed.map((client) => {
      const isKnown = before.some(({ name }) => name === client.name);
      return `The token ${client.name} of the API ${isKnown ? 'was changed' : 'is new'} (${[...client.scopes].join(', ')}).`;
    }),
    ...gone.map(({ name }) => `The token ${name} of the API was revoked.`),
  ];
}
