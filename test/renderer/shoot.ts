// Takes a picture of one page in one form: `node test/renderer/shoot.ts --page threats/12 --theme dark --width 900 --state threat --out FILE`.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FixturePages } from '../e2e/fixture-pages.ts';
import { fixtureNames } from './fixtures.ts';

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: 'overview' },
    theme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    /** One of `fixtureNames`, or `gallery`: every component in every form. */
    state: { type: 'string', default: 'calm' },
    out: { type: 'string', default: 'page.png' },
    /** A selector that is clicked before the picture; may be given several times. */
    click: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
  },
});

const forms = [...fixtureNames, 'gallery'] as const;
const form = forms.find((name) => name === values.state);
if (form === undefined) throw new Error(`--state is one of ${forms.join(', ')}`);

await using pages = await FixturePages.start();
const context = await pages.context({
  width: Number(values.width),
  height: Number(values.height),
  theme: values.theme === 'dark' ? 'dark' : 'light',
});
const page = await context.newPage();
page.on('console', (message) => {
  if (message.type() === 'error') console.error('console:', message.text());
});
page.on('pageerror', (error) => console.error('page error:', error.message));
await pages.show(page, form, values.page);
await page.waitForTimeout(700);
for (const selector of values.click) {
  await page.click(selector, { timeout: 3000 });
  await page.waitForTimeout(250);
}
await page.screenshot({ path: values.out, fullPage: values.full });
console.log(resolve(values.out));
