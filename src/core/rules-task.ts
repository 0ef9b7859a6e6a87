// What a rule author asks and is answered; the work is done by a process of its own (`workers/rules-worker.ts`).
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { engineReportSchema } from '../shared/engine-report.ts';
import { AppError } from '../shared/errors.ts';
import { yaraBindingSchema } from '../shared/settings.ts';
import { detectionSchema } from '../shared/verdict.ts';

const entry = fileURLToPath(new URL('../workers/rules-worker.ts', import.meta.url));

export const rulesTaskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('check'), paths: z.array(z.string()), binding: yaraBindingSchema }),
  z.object({
    kind: z.literal('test'),
    paths: z.array(z.string()),
    binding: yaraBindingSchema,
    file: z.string(),
  }),
]);
export type RulesTask = z.infer<typeof rulesTaskSchema>;

const problemSchema = z.object({
  file: z.string(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  code: z.string(),
  message: z.string(),
});

const checkAnswerSchema = z.object({
  binding: z.object({ kind: z.enum(['native', 'wasm']), version: z.string() }).nullable(),
  bindingProblem: z.string(),
  files: z.array(
    z.object({
      file: z.string(),
      ok: z.boolean(),
      rules: z.number(),
      errors: z.array(problemSchema),
      warnings: z.array(problemSchema),
      usesExternalVariables: z.boolean(),
    }),
  ),
});
export type RulesCheckAnswer = z.infer<typeof checkAnswerSchema>;

const testAnswerSchema = z.object({ report: engineReportSchema, detections: z.array(detectionSchema) });
export type RulesTestAnswer = z.infer<typeof testAnswerSchema>;

/** @throws AppError WORKER_START_FAILED when the process ended without an answer or took too long. */
export async function checkRuleFiles(
  task: Omit<Extract<RulesTask, { kind: 'check' }>, 'kind'>,
): Promise<RulesCheckAnswer> {
  return checkAnswerSchema.parse(await ask({ kind: 'check', ...task }));
}

/** @throws AppError FILE_UNREADABLE for the file, WORKER_START_FAILED as above. */
export async function testRuleFiles(
  task: Omit<Extract<RulesTask, { kind: 'test' }>, 'kind'>,
): Promise<RulesTestAnswer> {
  return testAnswerSchema.parse(await ask({ kind: 'test', ...task }));
}

const timeoutMs = 300_000;

async function ask(task: RulesTask): Promise<unknown> {
  const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const deadline = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    return await new Promise((resolve, reject) => {
      child.once('message', (message) => {
        const failure = failureSchema.safeParse(message);
        if (failure.success) reject(new AppError('FILE_UNREADABLE', failure.data.failed));
        else resolve(message);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(
          new AppError(
            'WORKER_START_FAILED',
            `the rules could not be tried: the process ended (${signal ?? code})`,
          ),
        );
      });
      child.send(task);
    });
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
  }
}

const failureSchema = z.object({ failed: z.string() });
