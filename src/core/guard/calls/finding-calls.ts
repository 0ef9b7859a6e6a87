// Calls about what was found: the list, and what a person decides.
import type { CallArguments, Handlers } from '../../../shared/contract.ts';
import type { Finding } from '../../../shared/finding.ts';
import { assertNever } from '../../../shared/verdict.ts';
import type { Desk } from '../desk.ts';
import { outcomeOf, type Acted } from '../finding-desk.ts';
import { reconsiderAllowed } from '../reconsider.ts';
import { eachId } from './each-id.ts';

const checkedAtOnce = 1000;

export function findingCalls(desk: Desk): Pick<Handlers, 'findings.list' | 'findings.act'> {
  return {
    'findings.list'(filter) {
      desk.requireHistory();
      // Who looks shall not be shown files that are gone.
      desk.findingDesk.checkOpen(checkedAtOnce);
      const { findings, total } = desk.findings.list(filter);
      return { findings: [...findings], total };
    },
    async 'findings.act'(input) {
      const outcomes = await eachId(input.ids, async (id) => {
        const finding = desk.findings.get(id);
        const acted =
          finding === null
            ? { ok: false, text: `There is no finding ${id}; vedette threats list shows them.` }
            : await act(desk, finding, input);
        return outcomeOf(id, acted, finding?.path ?? null);
      });
      // Others of the same content are allowed with it.
      if (input.action === 'allow') await reconsiderAllowed(desk);
      return { outcomes };
    },
  };
}

async function act(
  { findingDesk }: Desk,
  finding: Finding,
  { action, actor, reason, confirmed }: CallArguments<'findings.act'>,
): Promise<Acted> {
  switch (action) {
    case 'quarantine':
      return await findingDesk.quarantine(finding, actor, confirmed);
    case 'allow':
      return findingDesk.allow(finding, actor, reason);
    case 'dismiss':
      return findingDesk.dismiss(finding, actor);
    case 'reopen':
      return findingDesk.reopen(finding, actor);
    default:
      return assertNever(action);
  }
}
