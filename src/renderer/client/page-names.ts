// The pages by name, in the order they stand in; nothing here needs a browser.
export const pageNames = [
  'overview',
  'scan',
  'threats',
  'quarantine',
  'performance',
  'engines',
  'settings',
  'guide',
] as const;
export type PageName = (typeof pageNames)[number];
