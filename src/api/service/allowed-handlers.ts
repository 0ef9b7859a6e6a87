// The contract for a client of the API: what is scanned and where a file comes back to lies in the allowed folders.
import type { Handlers } from '../../shared/contract.ts';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import type { AllowedFolders } from '../../core/service/allowed-folders.ts';
import { exportFile } from '../export-file.ts';

export interface AllowedHandlersOptions {
  readonly handlers: Handlers;
  /** Where a client may have files scanned and restored. */
  readonly folders: Pick<AllowedFolders, 'problemOfFolder'>;
  readonly exportFolder: string;
}

/** Nothing has been done when one of these throws AppError NOT_ALLOWED, CALL_REFUSED or CALL_INVALID. */
export function allowedHandlers(options: AllowedHandlersOptions): Handlers {
  const { handlers, folders, exportFolder } = options;
  async function check(path: string): Promise<void> {
    const problem = await folders.problemOfFolder(path);
    if (problem === null) return;
    const code = problem.reason === 'timeout' ? 'CALL_REFUSED' : 'NOT_ALLOWED';
    throw new AppError(code, `${displayPath(path)}: ${problem.detail}`);
  }
  return {
    ...handlers,
    async 'jobs.start'(input) {
      for (const root of input.roots) await check(root);
      return await handlers['jobs.start'](input);
    },
    async 'quarantine.restore'(input) {
      if (input.to !== null) await check(input.to);
      return await handlers['quarantine.restore'](input);
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
