import { describe, expect, test } from 'vitest';
import { literalGlob } from '../../../src/shared/literal-glob.ts';
import { createExclusions } from '../../../src/core/intake/exclusions.ts';

const names = [
  'plain', '*', '**', 'b?c', '[x]', ']x[', '[[:alpha:]]', '{b,c}', '{b..c}', '{', '(b)', '!(b)', '+(b)@(c)', '(?!x)', '+',
  '!a', 'a|b', '$b^c', `"q"'s'`, 'b\\c', 'b\\*c', 'x\ny', 'x\udcffy', 'a,b', '~', '#', 'b.c', '..c',
]; // prettier-ignore

/** A backslash and what Windows does not allow in a name cannot be in one there. */
const windowsNames = names.filter((name) => !/[\\*?|"<>\n]/.test(name) && name.isWellFormed());

describe.each([
  { platform: 'linux', all: names, root: '/a/' },
  { platform: 'win32', all: windowsNames, root: 'C:\\a\\' },
] as const)('on $platform', ({ platform, all, root }) => {
  const separator = platform === 'win32' ? '\\' : '/';

  test.each(all)('a folder called %j is left out, and no other', (name) => {
    const glob = `${literalGlob(`${root}${name}`, platform)}/**`;
    const exclusions = createExclusions({ globs: [glob], folders: [], extensions: [] }, platform);
    const left = all.filter((other) => exclusions.excludes(`${root}${other}${separator}file`));
    expect(left).toEqual([name]);
    expect(exclusions.excludes(`${root}file`)).toBe(false);
  });

  test.each(all)('a file called %j is left out, and no other', (name) => {
    const globs = [literalGlob(`${root}${name}`, platform)];
    const exclusions = createExclusions({ globs, folders: [], extensions: [] }, platform);
    expect(all.filter((other) => exclusions.excludes(`${root}${other}`))).toEqual([name]);
  });
});
