// The contract for a page: a path that it names must be one it was told of, whatever the rest of the call says.
import type { Handlers } from '../shared/contract.ts';
import { AppError } from '../shared/errors.ts';
import { literalGlob } from '../shared/literal-glob.ts';
import { exportFile } from './export-file.ts';
import type { IssuedPaths } from './issued-paths.ts';

export interface IssuedHandlersOptions {
  readonly handlers: Handlers;
  readonly issued: IssuedPaths;
  /** Where an export without a folder lands; null where every export has one. */
  readonly exportFolder: string | null;
  /** Where there is no dialog of the system, a page may look through all folders, one after the other. */
  readonly mayBrowse: boolean;
}

/** Each of these throws AppError CALL_INVALID for a path that was not issued; nothing has been done then. */
export function issuedHandlers(options: IssuedHandlersOptions): Handlers {
  const { handlers, issued, exportFolder, mayBrowse } = options;
  function check(path: string | null): void {
    if (path === null || issued.has(path)) return;
    throw invalid('Vedette has not shown this path to the page: choose it there');
  }
  return {
    ...handlers,
    'jobs.start'(input) {
      for (const root of input.roots) check(root);
      return handlers['jobs.start'](input);
    },
    'quarantine.restore'(input) {
      check(input.to);
      return handlers['quarantine.restore'](input);
    },
    'quarantine.export'(input) {
      const file = exportFolder === null ? null : exportFile(exportFolder, input.file);
      if (file === null) check(input.file);
      return handlers['quarantine.export']({ ...input, file: file ?? input.file });
    },
    'allow.add'(input) {
      if (input.kind === 'path') check(input.value);
      return handlers['allow.add'](input);
    },
    'exclusions.add'(input) {
      return handlers['exclusions.add']({ ...input, pattern: issuedPattern(input.pattern, issued) });
    },
    'folders.list'(input) {
      if (!mayBrowse) throw invalid('folders are chosen in the dialog of the system here');
      check(input.path);
      return handlers['folders.list'](input);
    },
  };
}

const allIn = '/**';
/** Of one extension, at any depth: `*.iso`, `*.tar.gz`. */
const extensionGlob = /^(?:\*\*\/)?\*(?:\.[\p{L}\p{N}_-]{1,40}){1,3}$/u;

function issuedPattern(pattern: string, issued: IssuedPaths): string {
  if (extensionGlob.test(pattern)) return pattern;
  if (issued.has(pattern)) return literalGlob(pattern, process.platform);
  const folder = pattern.endsWith(allIn) ? pattern.slice(0, -allIn.length) : '';
  if (issued.has(folder)) return `${literalGlob(folder, process.platform)}${allIn}`;
  throw invalid('what is left out must be a path that Vedette has shown to the page, or *.EXTENSION');
}

function invalid(message: string): AppError {
  return new AppError('CALL_INVALID', message);
}
