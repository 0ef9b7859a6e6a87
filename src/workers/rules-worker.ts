// Entry of a short-lived process for rule authors: compiles and tests rules away from the core, as every parser of them.
import { closeSync, fstatSync } from 'node:fs';
import { checkRules } from '../core/engines/yara/check-rules.ts';
import { loadYaraEngine } from '../core/engines/yara/yara-engine.ts';
import { openForScan } from '../core/files/open-file.ts';
import { silentLogger } from '../core/logger.ts';
import { rulesTaskSchema, type RulesTask } from '../core/rules-task.ts';
import { displayPath } from '../shared/display-path.ts';
import { messageOf } from '../shared/errors.ts';
import { readFully } from './file-reading.ts';
import { connectParentPort } from './parent-port.ts';

const maxFileBytes = 1024 * 1024 * 1024;

const port = connectParentPort<RulesTask, object>(isTask);
port.onMessage((task) => {
  port.send(answer(task));
  port.end();
});

function isTask(message: unknown): message is RulesTask {
  return rulesTaskSchema.safeParse(message).success;
}

function answer(task: RulesTask) {
  if (task.kind === 'check') return checkRules(task.paths, task.binding);
  try {
    const bytes = readFile(task.file);
    using engine = loadYaraEngine({ paths: task.paths, binding: task.binding, logger: silentLogger });
    return { report: engine.report, detections: engine.scanDetailed(bytes) };
  } catch (error) {
    return { failed: `${displayPath(task.file)} cannot be tested: ${messageOf(error)}` };
  }
}

function readFile(path: string): Buffer {
  const descriptor = openForScan(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('not a regular file');
    if (stats.size > maxFileBytes) throw new RangeError(`larger than ${maxFileBytes} bytes`);
    const bytes = Buffer.alloc(stats.size);
    return bytes.subarray(0, readFully(descriptor, bytes, 0));
  } finally {
    closeSync(descriptor);
  }
}
