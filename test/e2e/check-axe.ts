// Rules of accessibility, checked by axe in a page that is open; what it finds is one line each.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const axeRuleSets = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const foundSchema = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** Takes the focus to the other end of what is open, at once; nobody ever stands on it. */
const focusGuards = '[data-base-ui-focus-guard]';

export interface AxeOptions {
  /** Only these; all that the standards and good practice know by default. */
  readonly rules?: readonly string[];
  /** All but these. */
  readonly without?: readonly string[];
}

/** @returns `rule: element: why`; empty when nothing fails. */
export async function axeProblems(page: Page, options: AxeOptions = {}): Promise<readonly string[]> {
  const { rules, without = [] } = options;
  if (await page.evaluate(() => !Reflect.has(globalThis, 'axe'))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ({ runOnly, left, exclude }) => {
      const { violations } = await Reflect.get(globalThis, 'axe').run(
        { exclude: [[exclude]] },
        {
          runOnly,
          rules: Object.fromEntries(left.map((rule) => [rule, { enabled: false }])),
          resultTypes: ['violations'],
          // Style sheets of others, and where each thing is as a selector: nobody asks.
          preload: false,
          selectors: false,
        },
      );
      return violations;
    },
    {
      runOnly:
        rules === undefined
          ? { type: 'tag', values: [...axeRuleSets] }
          : { type: 'rule', values: [...rules] },
      left: [...without],
      exclude: focusGuards,
    },
  );
  return foundSchema.parse(found).flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1).join(' ').trim();
      return `${id}: ${html.slice(0, 200)}: ${why.slice(0, 300)}`;
    }),
  );
}
