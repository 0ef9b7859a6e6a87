// How one request to clamd ended on the wire, before anybody decides whether to try again.
import type { Reply } from './reply.ts';

export type ClamdAnswer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The peer does not speak the protocol; its connection is destroyed. */
  | { readonly kind: 'protocol_error'; readonly detail: string }
  /** The connection ended before the reply: clamd went away, or another request made us end it. */
  | { readonly kind: 'lost' };
