// What was found lately, page by page: a cursor is a place in time, so that what comes meanwhile moves nothing on the pages after it.
import { AppError } from '../../shared/errors.ts';
import type { RecentDetections, RecentDetectionsInput } from '../../shared/service-documents.ts';
import type { FindingPosition, FindingStore } from '../store/finding-store.ts';

const version = 1;
const positionPattern = /^1:(\d{1,15}):(\d{1,15})$/;

/** @returns the handler; it throws AppError CALL_INVALID for a cursor that is none of ours, CALL_FAILED while the database does not answer. */
export function recentDetections(
  store: Pick<FindingStore, 'recent'>,
): (input: RecentDetectionsInput) => RecentDetections {
  return ({ severity, limit, cursor }) => {
    const after = cursor === null ? null : positionOf(cursor);
    const page = store.recent({ severities: severity, after, limit });
    // An empty page would say that there is nothing.
    if (page === null) throw new AppError('CALL_FAILED', 'the history does not answer at the moment');
    const { findings, next } = page;
    return { detections: [...findings], next_cursor: next === null ? null : cursorOf(next) };
  };
}

function cursorOf({ foundAtMs, id }: FindingPosition): string {
  return Buffer.from(`${version}:${foundAtMs}:${id}`).toString('base64url');
}

function positionOf(cursor: string): FindingPosition {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, foundAtMs, id] = positionPattern.exec(text) ?? [];
  const position = { foundAtMs: Number(foundAtMs), id: Number(id) };
  // Only what we wrote reads back as it was written.
  if (foundAtMs === undefined || id === undefined || cursorOf(position) !== cursor) {
    throw new AppError('CALL_INVALID', 'cursor: not the next_cursor of a page');
  }
  return position;
}
