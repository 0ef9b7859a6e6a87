// Calls an exported function in a process of its own: one that could block for ever, or that must not be root.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const nobody = 65_534;
const limitMs = 20_000;

export const isRoot = process.getuid?.() === 0;

export interface ModuleCall {
  /** Path below `src`. */
  readonly module: string;
  /** An expression over `module`. */
  readonly expression: string;
  readonly asNobody?: boolean;
}

/** What the expression gives, through JSON. @throws when it does not end in time or fails. */
export function runModule({ module, expression, asNobody = false }: ModuleCall): unknown {
  const url = new URL(`../../../../src/${module}`, import.meta.url);
  const program = `import(${JSON.stringify(fileURLToPath(url))}).then((module) => console.log(JSON.stringify(${expression})))`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
    cwd: '/',
    encoding: 'utf8',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    ...(asNobody ? { uid: nobody, gid: nobody } : {}),
  });
  if (status !== 0) throw new Error(`the process ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(stdout);
}
