// Writes the pages that are made from the code; a test keeps them in step (`npm run docs` mends it).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCodes } from '../src/shared/errors.ts';
import { configVersion } from '../src/shared/settings.ts';
import { rangeText, sectionNames, settingDescriptions } from '../src/shared/settings/catalogue.ts';
import { apiPage, openapiPage } from './api-page.ts';
import { schemaPages } from './schema-pages.ts';

const root = join(import.meta.dirname, '..');

/** From the path below the root of the repository to the text of the file. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/api.md': apiPage,
  'docs/errors.md': errorsPage,
  'docs/configuration.md': configurationPage,
  'assets/schema/openapi.json': openapiPage,
  ...schemaPages,
};

function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { httpStatus, retry, meaning }]) =>
      `| \`${code}\` | ${httpStatus} | ${retry ? 'yes' : 'no'} | ${meaning} |`,
  );
  return [
    '# Error codes',
    '',
    'Every error that crosses a border of Vedette has one of these codes. A program looks at the code, never at the message.',
    '',
    '| code | HTTP status | retry | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'A TOML file, `rt_protection_config.toml`, in the configuration folder of the platform, or wherever `--config` says.',
    'A key `k` of section `s` is also read from the environment variable `VEDETTE_S_K`. There a list of',
    'paths or patterns is separated as `PATH` is (`:`, on Windows `;`): ' +
      `${listNames(true)}; any other list by commas: ${listNames(false)}.`,
    'A table `[env.dev.s]`, `[env.staging.s]` or `[env.prod.s]` lies over `[s]` when `--env` or `VEDETTE_ENV` names it.',
    'One wrong value refuses the whole file, with file, line, key and what was expected.',
    '',
    '`vedette config init` writes a file with every key and its default, `vedette config check` says what is wrong with one,',
    '`vedette config explain KEY` what a key does, its value now and what gave it that value.',
    '',
    `A running Vedette reads a saved file again: keys that take effect *at once* are applied, the others count from the next start. A file that`,
    `is invalid then changes nothing. At the start it is refused by a command; protection that stays on starts with the defaults, says so, and`,
    'keeps a copy as `rt_protection_config.toml.bad`.',
    '',
    `\`config_version\` is ${configVersion}. A file of an older version is brought up to date when it is read; the old text stays beside it as`,
    '`rt_protection_config.toml.v1`. Where it cannot be written it is understood as it is. A file that is a symbolic link, into a folder under',
    'version control perhaps, stays one: what it leads to is replaced, in one step, with the same mode and owner.',
    '',
    'Keys marked *not yet* have no effect in this version; `vedette config check` warns where one is set.',
    '',
    ...sectionNames.map(sectionText),
  ].join('\n');
}

function listNames(holdsPaths: boolean): string {
  return settingDescriptions
    .filter((description) => description.type === 'list' && description.holdsPaths === holdsPaths)
    .map(({ name }) => `\`${name}\``)
    .join(', ');
}

function sectionText(section: string): string {
  const keys = settingDescriptions.filter((description) => description.section === section);
  const rows = keys.map((description) => {
    const { key, type, unit, effect, pending, explanation } = description;
    const when = pending ? '*not yet*' : effect === 'live' ? 'at once' : 'after a restart';
    const fallback = `\`${JSON.stringify(description.default)}\``;
    return `| \`${key}\` | ${type} | ${fallback} | ${rangeText(description)} | ${unit ?? ''} | ${when} | ${explanation} |`;
  });
  return [
    `## [${section}]`,
    '',
    '| key | type | default | range | unit | takes effect | what it does |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) {
  for (const [path, page] of Object.entries(pages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), await page());
  }
}
