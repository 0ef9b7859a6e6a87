// The commands; each is a file of its own.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { doctorCommand } from './doctor.ts';
import { rulesCommand } from './rules.ts';
import { scanCommand } from './scan.ts';

const packageSchema = z.object({ version: z.string() });

export function createProgram(): Command {
  const packageFile = new URL('../../package.json', import.meta.url);
  const { version } = packageSchema.parse(JSON.parse(readFileSync(packageFile, 'utf8')));
  const program = new Command('vedette')
    .description('An antivirus that never says "clean" about what it did not look at.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(vedette --help tells more)')
    .helpCommand(true);
  for (const command of [scanCommand(), doctorCommand(), rulesCommand()]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
