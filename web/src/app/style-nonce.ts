declare global {
  /** Where `get-nonce` looks, by which the library of the dialogs writes its styles. */
  var __webpack_nonce__: string | undefined;
}

/** What the service's policy asks of styles that scripts add; empty where no service has written it (development). */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}

globalThis.__webpack_nonce__ = readStyleNonce();
