// What `vedette serve` says of where it is, for people and for programs.
import { isLoopback } from '../api/listen-address.ts';
import { tokenLifeMs } from '../api/page-sessions.ts';
import type { TokenBook } from '../api/service/tokens/token-book.ts';
import type { ServerPlan } from '../api/start-server.ts';
import type { ReportDocument } from '../shared/report-documents.ts';
import { safeJson } from '../shared/safe-json.ts';
import type { CommonOptions } from './common-options.ts';

export interface Place {
  readonly address: string;
  /** null where no browser of this machine can open the pages. */
  readonly link: string | null;
  readonly tokenFile: string;
}

export function placeText(
  { json, ndjson }: Pick<CommonOptions, 'json' | 'ndjson'>,
  { address, link, tokenFile }: Place,
): string {
  if (!json && !ndjson) return `Vedette is at ${link ?? address}\n`;
  const document: ReportDocument = {
    format: 'vedette.serve/1',
    address,
    link,
    expires_in_seconds: link === null ? null : tokenLifeMs / 1000,
    token_file: tokenFile.toWellFormed(),
  };
  return `${safeJson(document)}\n`;
}

export function warningsOf({ address, tls }: ServerPlan, { problem }: TokenBook): readonly string[] {
  const isOpen = tls === null && !isLoopback(address.host);
  return [
    ...(isOpen ? ['without TLS, tokens and names of files can be read on the way to this address'] : []),
    ...(tls?.warnings ?? []),
    ...(problem === null ? [] : [problem.message]),
  ];
}
