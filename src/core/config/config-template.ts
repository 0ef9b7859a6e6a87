// A configuration to begin with: every key with its default, as a comment, so that what is not touched follows the program.
import { configVersion } from '../../shared/settings.ts';
import {
  rangeText,
  sectionNames,
  settingDescriptions,
  type SettingDescription,
} from '../../shared/settings/catalogue.ts';
import { tomlValue } from './toml-value-text.ts';

export function configTemplate(): string {
  return [
    '# Configuration of Vedette.',
    '# Every key stands here with its default, as a comment: take away the # in front to set it.',
    '# `vedette config check` says what is wrong, `vedette config explain KEY` what a key does.',
    '# [env.dev.SECTION], [env.staging.SECTION] and [env.prod.SECTION] lie over [SECTION] when --env names them.',
    '',
    `config_version = ${configVersion}`,
    ...sectionNames.flatMap((section) => ['', `[${section}]`, ...keysOf(section)]),
    '',
  ].join('\n');
}

function keysOf(section: string): readonly string[] {
  return settingDescriptions
    .filter((description) => description.section === section)
    .flatMap((description) => [
      '',
      ...wrapped(`${description.explanation}${facts(description)}`).map((line) => `# ${line}`),
      `# ${description.key} = ${tomlValue(description.default)}`,
    ]);
}

function facts(description: SettingDescription): string {
  const range = rangeText(description);
  const parts = [
    ...(range === '' ? [] : [range]),
    ...(description.unit === null ? [] : [description.unit]),
    ...(description.effect === 'restart' ? ['after a restart'] : []),
    ...(description.pending ? ['no effect in this version'] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** Lines of at most 98 characters. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= 98) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
