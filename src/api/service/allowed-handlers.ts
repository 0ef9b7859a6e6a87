// The contract for a client of the API: what is scanned and where a file comes back to lies in the allowed folders.
import type { Handlers } from '../../shared/contract.ts';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import { exportFile } from '../export-file.ts';

export interface AllowedHandlersOptions {
  readonly handlers: Handlers;
  /** `AllowedFolders.problemOfFolder`: why a client may not name it; null when it may. */
  readonly problemOfFolder: (path: string) => string | null;
  readonly exportFolder: string;
}

/** Nothing has been done when one of these throws AppError NOT_ALLOWED or CALL_INVALID. */
export function allowedHandlers(options: AllowedHandlersOptions): Handlers {
  const { handlers, problemOfFolder, exportFolder } = options;
  function check(path: string): void {
    const problem = problemOfFolder(path);
    if (problem !== null) throw new AppError('NOT_ALLOWED', `${displayPath(path)}: ${problem}`);
  }
  return {
    ...handlers,
    'jobs.start'(input) {
      for (const root of input.roots) check(root);
      return handlers['jobs.start'](input);
    },
    'quarantine.restore'(input) {
      if (input.to !== null) check(input.to);
      return handlers['quarantine.restore'](input);
    },
    'quarantine.export'(input) {
      const file = exportFile(exportFolder, input.file);
      if (file === null) {
        const message =
          'file: the bare name of a zip, such as samples.zip; it lands in the folder for exports';
        throw new AppError('CALL_INVALID', message);
      }
      return handlers['quarantine.export']({ ...input, file });
    },
  };
}
