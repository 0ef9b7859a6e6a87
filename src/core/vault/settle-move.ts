// Decides how a move that a crash cut short is settled: wholly done or wholly undone, and never without one whole copy.

export interface CutQuarantine {
  /** The journal says that the object was stored; before that the source was never touched. */
  readonly wasStored: boolean;
  readonly object: 'intact' | 'damaged' | 'none';
  /** `same`: the file that was to be moved, byte for byte. */
  readonly source: 'same' | 'other' | 'gone' | 'unknown';
}

export interface Settlement {
  readonly outcome: 'completed' | 'undone' | 'lost?';
  readonly remove: readonly ('source' | 'object' | 'copy' | 'final')[];
  readonly detail: string;
}

/**
 * A source that is there still beside an intact object is removed rather than put back: somebody decided that it must go,
 * and undoing would leave it where it can run until it is found again.
 */
export function settleQuarantine({ wasStored, object, source }: CutQuarantine): Settlement {
  if (source === 'same') {
    if (object === 'intact') return settled('completed', ['source'], 'it is in the vault');
    return settled('undone', ['object'], 'it is where it was');
  }
  if (object === 'intact') {
    const details = {
      gone: 'it is in the vault',
      other: 'it is in the vault; another file has its name now and was left alone',
      unknown: 'it is in the vault; its folder could not be looked at, and it may be there too',
    };
    return settled('completed', [], details[source]);
  }
  if (object === 'none' && !wasStored) {
    return settled('undone', [], 'it was not moved; somebody else has changed or removed it since');
  }
  return object === 'none'
    ? settled('lost?', [], 'it is neither where it was nor in the vault')
    : settled('lost?', [], 'it is not where it was, and its copy in the vault is damaged');
}

export interface CutRestore {
  readonly wasRestored: boolean;
  readonly wroteInPlace: boolean;
  readonly object: 'intact' | 'damaged' | 'none';
  /** `whole`: the content that was restored; `begun`: the beginning of it and no more. */
  readonly final: 'whole' | 'begun' | 'other' | 'none' | 'unknown';
  /** The final name is another name of the copy. */
  readonly isLinked: boolean;
  readonly copy: 'there' | 'none';
}

/** A file that is whole under its final name stays there: somebody may have gone on with it. */
export function settleRestore(cut: CutRestore): Settlement {
  const copy = cut.copy === 'there' ? (['copy'] as const) : [];
  const isPlaced = cut.final === 'whole' && (cut.wasRestored || cut.isLinked || cut.wroteInPlace);
  if (isPlaced) return settled('completed', [...copy, 'object'], 'it was restored');
  if (cut.object === 'intact') {
    if (cut.final === 'begun' && cut.wroteInPlace) {
      return settled('undone', ['final', ...copy], 'it is in the vault');
    }
    const detail = cut.wasRestored
      ? 'it was restored, and is changed, gone or out of reach since; it is in the vault still'
      : 'it is in the vault';
    return settled('undone', copy, detail);
  }
  if (cut.object === 'none' && cut.wasRestored) return settled('completed', copy, 'it was restored');
  return settled(
    'lost?',
    [],
    'its object in the vault is damaged or gone; what the restore had written was left',
  );
}

function settled(outcome: Settlement['outcome'], remove: Settlement['remove'], detail: string): Settlement {
  return { outcome, remove, detail };
}
