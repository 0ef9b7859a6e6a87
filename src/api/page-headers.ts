// What a browser is told about every page: only our own files, no other page around it, nothing that turns text into code.

const policy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

/** Of every answer, pages and calls alike. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Of every file of the pages. In the window all calls go over IPC: there the page connects to nothing. */
export function pageHeaders(kind: 'desktop' | 'service'): Readonly<Record<string, string>> {
  const directives = { ...policy, 'connect-src': kind === 'service' ? "'self'" : "'none'" };
  return {
    ...commonHeaders,
    'content-security-policy': Object.entries(directives)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()',
    'x-frame-options': 'DENY',
  };
}
