// The one schema of all settings: names, defaults, ranges, units and a line of explanation each.
import { z } from 'zod';
import { apiSchema } from './settings/api.ts';
import { cacheSchema } from './settings/cache.ts';
import { fleetSchema } from './settings/fleet.ts';
import { monitoringSchema } from './settings/monitoring.ts';
import { performanceSchema } from './settings/performance.ts';
import { responseSchema } from './settings/response.ts';
import { scalingSchema } from './settings/scaling.ts';
import { scanningSchema } from './settings/scanning.ts';
import { updatesSchema } from './settings/updates.ts';
import { watchSchema } from './settings/watch.ts';

export { yaraBindingSchema, type YaraBindingChoice } from './settings/scanning.ts';

/** Version of the file that this Vedette writes; older ones are migrated. */
export const configVersion = 2;

export const settingsSchema = z.strictObject({
  config_version: z.literal(configVersion).default(configVersion).describe('Version of this file.'),
  performance: performanceSchema.prefault({}),
  scanning: scanningSchema.prefault({}),
  scaling: scalingSchema.prefault({}),
  monitoring: monitoringSchema.prefault({}),
  watch: watchSchema.prefault({}),
  response: responseSchema.prefault({}),
  updates: updatesSchema.prefault({}),
  api: apiSchema.prefault({}),
  fleet: fleetSchema.prefault({}),
  cache: cacheSchema.prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;
