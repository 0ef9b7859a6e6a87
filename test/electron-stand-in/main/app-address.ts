// Chromium cannot be taught a scheme: `app://bundle/x` is `https://app--bundle.stand-in.test/x` to the page.

const pageDomain = 'stand-in.test';

export function toPageUrl(url: string, schemes: Iterable<string>): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  const isOurs = [...schemes].includes(scheme.toLowerCase());
  return isOurs ? `https://${scheme.toLowerCase()}--${host}.${pageDomain}${rest}` : url;
}

export function toAppUrl(url: string): string {
  return url.replace(/^https:\/\/([a-z0-9+]+)--([^/?#]*)\.stand-in\.test/, '$1://$2');
}

/** A content security policy may name the app's own scheme. */
export function toPagePolicy(policy: string, schemes: Iterable<string>): string {
  return [...schemes].reduce(
    (text, scheme) =>
      text
        .replaceAll(new RegExp(`\\b${scheme}://([a-z0-9.-]+)`, 'g'), `https://${scheme}--$1.${pageDomain}`)
        .replaceAll(new RegExp(`\\b${scheme}:(?!//)`, 'g'), `https://*.${pageDomain}`),
    policy,
  );
}
