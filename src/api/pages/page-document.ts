/** What a browser is told to refuse: everything but this service's own files. */
const common = [
  "default-src 'none'",
  "script-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
];

/** The headers of a page. Styles that the component library writes have the nonce; there are no inline scripts. */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [...common, `style-src 'self' 'nonce-${nonce}'`];
  return {
    'cache-control': 'no-cache',
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'same-origin',
  };
}

/**
 * Writes into the built page what only the service knows: the base path, which all addresses of the page are relative to,
 * and the nonce.
 */
export function writePage(
  template: string,
  { basePath, nonce }: { readonly basePath: string; readonly nonce: string },
): string {
  const head = `<base href="${escapeAttribute(basePath)}/" />\n    <meta name="style-nonce" content="${nonce}" />`;
  return template.replace('<base href="/" />', () => head);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
