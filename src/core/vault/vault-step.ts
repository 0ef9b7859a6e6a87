// The steps of a move in and out of the vault, in order; after each a crash leaves something recovery can settle.

/** A file on its way in. `checked`: the source was just found to be the same still. */
export type QuarantineStep =
  | 'intent'
  | 'copied'
  | 'renamed'
  | 'stored'
  | 'checked'
  | 'unlinked'
  | 'source-removed'
  | 'done';

/** A file on its way out. */
export type RestoreStep =
  | 'restore-intent'
  | 'restore-copied'
  | 'restore-placed'
  | 'restored'
  | 'object-unlinked'
  | 'object-removed'
  | 'restore-done';

export type VaultStep = QuarantineStep | RestoreStep;
