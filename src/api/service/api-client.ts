// Who asks over the API: a token, by its name, and what it is good for; the token itself goes no further than the door.
import type { Scope } from '../../shared/api-routes.ts';

export interface ApiClient {
  /** As the history has it: `api NAME`. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}
