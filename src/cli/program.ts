// The commands; each is a file of its own.
import { Command } from 'commander';
import { readVersion } from '../core/version.ts';
import { benchCommand } from './bench.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { metricsCommand } from './metrics.ts';
import { rulesCommand } from './rules.ts';
import { scanCommand } from './scan.ts';
import { statusCommand } from './status.ts';

export function createProgram(): Command {
  const program = new Command('vedette')
    .description('An antivirus that never says "clean" about what it did not look at.')
    .version(readVersion())
    .exitOverride()
    .showHelpAfterError('(vedette --help tells more)')
    .helpCommand(true);
  for (const command of [
    scanCommand(),
    statusCommand(),
    metricsCommand(),
    rulesCommand(),
    configCommand(),
    benchCommand(),
    doctorCommand(),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
