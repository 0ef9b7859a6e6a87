// Every step of the metrics history and of what protection remembers, in order.
import type { Migration } from '../../database-handle.ts';
import { createHistoryTables } from './0001-create-history-tables.ts';
import { createProtectionTables } from './0002-create-protection-tables.ts';
import { createPageTables } from './0003-create-page-tables.ts';
import { addSeverityOfFindings } from './0004-add-severity-of-findings.ts';

export const historyMigrations: readonly Migration[] = [
  { version: 1, apply: createHistoryTables },
  { version: 2, apply: createProtectionTables },
  { version: 3, apply: createPageTables },
  { version: 4, apply: addSeverityOfFindings },
];
