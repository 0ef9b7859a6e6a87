// The YARA engine of one scan worker: bytes in, outcome out; an engine that could not look never says `nothing`.
import { basename } from 'node:path';
import { displayPath } from '../../../shared/display-path.ts';
import { type EngineReport } from '../../../shared/engine-report.ts';
import { messageOf } from '../../../shared/errors.ts';
import { type Detection } from '../../../shared/verdict.ts';
import { type EngineOutcome } from '../scan-engine.ts';
import {
  loadRules,
  type LoadRulesOptions,
  type RuleDiagnostics,
  ruleKey,
  type YaraRules,
} from './load-rules.ts';
import { detectionOf } from './rule-detection.ts';

const maxMatches = 16;
const maxDetections = 100;
const maxNames = 3;
const severityRank = { critical: 0, high: 1, medium: 2, low: 3 } as const;

/**
 * Scans are synchronous and no binding can be interrupted: time is bounded from outside, by ending the worker process.
 * Takes over `rules`: disposing of the engine frees them.
 */
export class YaraEngine {
  readonly report: EngineReport;
  readonly #rules: YaraRules;

  constructor(rules: YaraRules) {
    this.#rules = rules;
    this.report = reportOf(rules);
  }

  get diagnostics(): RuleDiagnostics {
    return this.#rules.diagnostics;
  }

  /** Hash of the rules, the binding and its version; empty without a binding. */
  get fingerprint(): string {
    return this.#rules.fingerprint;
  }

  /**
   * The most severe first, at most 100, with at most 16 matches each.
   * @throws when WebAssembly itself broke down: its memory cannot be trusted any more and the process has to end.
   */
  scan(bytes: Buffer): EngineOutcome {
    if (this.report.state === 'unavailable') return failed(this.report.detail);
    try {
      const [first, ...rest] = bounded(this.#detect(bytes, maxMatches));
      return first === undefined ? { kind: 'nothing' } : { kind: 'found', detections: [first, ...rest] };
    } catch (error) {
      if (error instanceof Error && error.name === 'RuntimeError') {
        throw new Error('the WebAssembly engine broke down', { cause: error });
      }
      return failed(messageOf(error));
    }
  }

  /** Every rule that matches with every match, for a person who tests rules. @throws when the engine cannot look. */
  scanDetailed(bytes: Buffer): readonly Detection[] {
    return this.#detect(bytes, Number.POSITIVE_INFINITY);
  }

  [Symbol.dispose](): void {
    for (const unit of this.#rules.units) unit[Symbol.dispose]();
  }

  #detect(bytes: Buffer, limit: number): Detection[] {
    return this.#rules.units
      .flatMap((unit) => unit.scan(bytes))
      .map((hit) =>
        detectionOf(hit, this.#rules.declarations.get(ruleKey(hit.namespace, hit.rule)), bytes, limit),
      )
      .toSorted(bySeverity);
  }
}

/** Loads the rules and makes the engine; what did not load is in its report. */
export function loadYaraEngine(options: LoadRulesOptions): YaraEngine {
  return new YaraEngine(loadRules(options));
}

function bySeverity(one: Detection, other: Detection): number {
  if (one.severity !== other.severity) return severityRank[one.severity] - severityRank[other.severity];
  const [key, otherKey] = [one, other].map(({ meta, name }) => ruleKey(String(meta['namespace']), name));
  if (key === undefined || otherKey === undefined || key === otherKey) return 0;
  return key < otherKey ? -1 : 1;
}

function bounded(detections: readonly Detection[]): Detection[] {
  if (detections.length <= maxDetections) return [...detections];
  return detections.slice(0, maxDetections).map((detection, index) => {
    if (index < maxDetections - 1) return detection;
    return {
      ...detection,
      meta: { ...detection.meta, detections_left_out: detections.length - maxDetections },
    };
  });
}

function failed(detail: string): EngineOutcome {
  return { kind: 'failed', reason: 'engine_unavailable', detail: detail.slice(0, 500) };
}

function reportOf(rules: YaraRules): EngineReport {
  const { problems, filesLoaded, rules: ruleCount, usesExternalVariables } = rules.diagnostics;
  const sentences: string[] = [];
  if (rules.binding === null) {
    sentences.push(
      `YARA-X cannot be loaded (${rules.bindingProblem}); reinstall Vedette with its dependencies`,
    );
  } else if (ruleCount === 0) {
    sentences.push('no YARA rules are loaded; add a rule file or folder');
  } else {
    sentences.push(`${count(ruleCount, 'rule')} from ${count(filesLoaded, 'file')}`);
  }
  if (problems.length > 0) {
    const bad = new Set(problems.map((problem) => problem.file)).size;
    sentences.push(
      `${bad} rule ${bad === 1 ? 'file or folder has' : 'files or folders have'} problems: see \`vedette rules check\``,
    );
  }
  const blind = usesExternalVariables.length;
  if (blind > 0) {
    const names = usesExternalVariables.slice(0, maxNames).map((path) => displayPath(basename(path)));
    const more = blind > maxNames ? ', …' : '';
    sentences.push(
      `${count(blind, 'file')} ${blind === 1 ? 'uses' : 'use'} external variables, which are empty here (${names.join(', ')}${more})`,
    );
  }
  if (rules.binding?.kind === 'wasm') {
    sentences.push('WebAssembly: several milliseconds for every file, more with more rules');
  }
  const isAvailable = rules.binding !== null && ruleCount > 0;
  return {
    name: 'yara',
    state: isAvailable ? (problems.length > 0 ? 'reduced' : 'ready') : 'unavailable',
    version: rules.binding?.version ?? '',
    signatures: ruleCount,
    detail: sentences.join('; '),
  };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
