// The steps of the guide and the way through them; pure.
export const guideSteps = ['welcome', 'engines', 'folders', 'test'] as const;
export type GuideStep = (typeof guideSteps)[number];

/** What the address names; the first for anything else. */
export function stepOf(detail: string | null): GuideStep {
  return guideSteps.find((step) => step === detail) ?? 'welcome';
}

/** null behind the last. */
export function stepAfter(step: GuideStep): GuideStep | null {
  return guideSteps[guideSteps.indexOf(step) + 1] ?? null;
}

/** null before the first. */
export function stepBefore(step: GuideStep): GuideStep | null {
  return guideSteps[guideSteps.indexOf(step) - 1] ?? null;
}
