// What a rule author asks and is answered; the work is done by a process of its own (`workers/rules-worker.ts`).
import { z } from 'zod';
import { engineReportSchema } from '../shared/engine-report.ts';
import { AppError } from '../shared/errors.ts';
import { yaraBindingSchema } from '../shared/settings.ts';
import { childProcessStarter } from './processes/child-process-worker.ts';
import { moduleFile } from './processes/module-file.ts';
import type { StartProcess } from './processes/worker-process.ts';
import { detectionSchema } from '../shared/verdict.ts';

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
  start: StartRulesProcess = startRulesWorker,
): Promise<RulesCheckAnswer> {
  return checkAnswerSchema.parse(await ask({ kind: 'check', ...task }, start));
}

/** @throws AppError FILE_UNREADABLE for the file, WORKER_START_FAILED as above. */
export async function testRuleFiles(
  task: Omit<Extract<RulesTask, { kind: 'test' }>, 'kind'>,
): Promise<RulesTestAnswer> {
  return testAnswerSchema.parse(await ask({ kind: 'test', ...task }, startRulesWorker));
}

const timeoutMs = 300_000;

/** A process that answers one task and ends. */
export type StartRulesProcess = StartProcess<RulesTask>;

export const rulesWorkerEntry = moduleFile('../workers/rules-worker', import.meta.url);
const startRulesWorker: StartRulesProcess = childProcessStarter<RulesTask>(rulesWorkerEntry);

async function ask(task: RulesTask, start: StartRulesProcess): Promise<unknown> {
  const answered = Promise.withResolvers<unknown>();
  const worker = start();
  worker.onMessage((message) => {
    const failure = failureSchema.safeParse(message);
    if (failure.success) answered.reject(new AppError('FILE_UNREADABLE', failure.data.failed));
    else answered.resolve(message);
  });
  worker.onExit((cause) => {
    const text = `the rules could not be tried: the process ${cause}`;
    answered.reject(new AppError('WORKER_START_FAILED', text));
  });
  const deadline = setTimeout(() => worker.kill(), timeoutMs);
  try {
    worker.send(task);
    return await answered.promise;
  } finally {
    clearTimeout(deadline);
    worker.kill();
  }
}

const failureSchema = z.object({ failed: z.string() });
