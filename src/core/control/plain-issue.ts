// What is wrong with an input, in words for whoever wrote it; what a schema says itself, and what is rare, stays as it is.
import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** An error map for one parse: `schema.safeParse(input, { error: plainIssue })`. */
export function plainIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const noun = nouns[issue.expected];
      if (issue.input === undefined) return 'it is missing';
      return noun === undefined ? undefined : `it must be ${noun}`;
    }
    case 'invalid_value':
      return `it must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return bounded(issue.origin, Number(issue.minimum), 'more');
    case 'too_big':
      return bounded(issue.origin, Number(issue.maximum), 'fewer');
    case 'unrecognized_keys':
      return `there is no ${issue.keys.join(', ')} here`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    default:
      return undefined;
  }
}

function bounded(origin: string, bound: number, way: 'more' | 'fewer'): string | undefined {
  if (origin === 'array') return `it must have ${bound} ${bound === 1 ? 'entry' : 'entries'} or ${way}`;
  if (origin === 'string')
    return `it must have ${bound} ${bound === 1 ? 'character' : 'characters'} or ${way}`;
  if (origin === 'number' || origin === 'int')
    return `it must be ${bound} or ${way === 'more' ? 'more' : 'less'}`;
  return undefined;
}
