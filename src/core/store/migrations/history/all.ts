// Every step of the metrics history, in order.
import type { Migration } from '../../database-handle.ts';
import { createHistoryTables } from './0001-create-history-tables.ts';

export const historyMigrations: readonly Migration[] = [{ version: 1, apply: createHistoryTables }];
