// Rules of accessibility, checked by axe in a page that is open; what it finds is one line each.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const axeRuleSets = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const foundSchema = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(
      z.object({ html: z.string(), target: z.array(z.unknown()), failureSummary: z.string().optional() }),
    ),
  }),
);

/** @returns `rule: element: why`; empty when nothing fails. */
export async function axeProblems(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  if (await page.evaluate(() => !Reflect.has(globalThis, 'axe'))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async (runOnly) => {
      const { violations } = await Reflect.get(globalThis, 'axe').run({
        runOnly,
        resultTypes: ['violations'],
      });
      return violations;
    },
    rules === undefined ? { type: 'tag', values: [...axeRuleSets] } : { type: 'rule', values: [...rules] },
  );
  return foundSchema.parse(found).flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1).join(' ').trim();
      return `${id}: ${html.slice(0, 200)}: ${why.slice(0, 300)}`;
    }),
  );
}
