// What the routes of the HTTP API are answered from; everything in it is made elsewhere and outlives the server.
import type { FeedInterest } from '../../core/guard/feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { AllowedFolders } from '../../core/service/allowed-folders.ts';
import type { Service } from '../../core/service/service.ts';
import type { FeedEvent, Handlers } from '../../shared/contract.ts';
import type { Readiness } from '../../shared/service-documents.ts';
import type { Settings } from '../../shared/settings.ts';

export interface ServiceSources {
  readonly handlers: Handlers;
  readonly service: Service;
  /** `Feed.subscribe`: gives a function that ends it. */
  readonly subscribe: (listener: (event: FeedEvent) => void, interest?: FeedInterest) => () => void;
  /** As they are at the moment: some keys take effect at once. */
  readonly settings: () => Settings['api'];
  /** Where an export of the vault lands, whatever the client calls it. */
  readonly exportFolder: string;
  /** In which clients may have files scanned and restored. */
  readonly folders: Pick<AllowedFolders, 'problemOfFolder'>;
  readonly prometheus: { readonly contentType: string; render(): Promise<string> };
  readonly readiness: () => Promise<Readiness>;
  readonly logger: Logger;
}
