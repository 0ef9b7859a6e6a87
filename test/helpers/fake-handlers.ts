// Handlers for a test that answer what the test says, and remember what they were asked.
import type { CallArguments, CallName, CallOutput, Handlers } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/errors.ts';

export interface FakeHandlers {
  readonly handlers: Handlers;
  readonly asked: { readonly name: string; readonly input: unknown }[];
}

/** A call that was given no answer fails. */
export function fakeHandlers(answers: Partial<Handlers>): FakeHandlers {
  const asked: FakeHandlers['asked'] = [];
  function handler<Name extends CallName>(
    name: Name,
  ): (input: CallArguments<Name>) => CallOutput<Name> | Promise<CallOutput<Name>> {
    const answer: Handlers[Name] | undefined = answers[name];
    return (input) => {
      asked.push({ name, input });
      if (answer === undefined) throw new AppError('NOT_FOUND', `the test has no answer to ${name}`);
      return answer(input);
    };
  }
  const handlers: Handlers = {
    status: handler('status'),
    protection: handler('protection'),
    'protection.pause': handler('protection.pause'),
    'protection.resume': handler('protection.resume'),
    brake: handler('brake'),
    'brake.release': handler('brake.release'),
    'sweep.start': handler('sweep.start'),
    'jobs.list': handler('jobs.list'),
    'jobs.show': handler('jobs.show'),
    'jobs.start': handler('jobs.start'),
    'jobs.pause': handler('jobs.pause'),
    'jobs.resume': handler('jobs.resume'),
    'jobs.cancel': handler('jobs.cancel'),
    'findings.list': handler('findings.list'),
    'findings.act': handler('findings.act'),
    'quarantine.list': handler('quarantine.list'),
    'quarantine.restore': handler('quarantine.restore'),
    'quarantine.delete': handler('quarantine.delete'),
    'quarantine.export': handler('quarantine.export'),
    'allow.list': handler('allow.list'),
    'allow.add': handler('allow.add'),
    'allow.remove': handler('allow.remove'),
    'history.list': handler('history.list'),
    'history.verify': handler('history.verify'),
    'app.state': handler('app.state'),
    'guide.done': handler('guide.done'),
    'selftest.run': handler('selftest.run'),
    'metrics.series': handler('metrics.series'),
    'metrics.costs': handler('metrics.costs'),
    'metrics.export': handler('metrics.export'),
    'coverage.files': handler('coverage.files'),
    'exclusions.list': handler('exclusions.list'),
    'exclusions.add': handler('exclusions.add'),
    'exclusions.remove': handler('exclusions.remove'),
    'findings.explain': handler('findings.explain'),
    'engines.show': handler('engines.show'),
    'signatures.update': handler('signatures.update'),
    'settings.show': handler('settings.show'),
    'settings.save': handler('settings.save'),
    'folders.list': handler('folders.list'),
  };
  return { handlers, asked };
}
