/** A folder of this machine, or an address. */
export type Place =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

/** @param address An absolute path, `file://` and one, or another URL. */
export function locatePlace(address: string): Place {
  if (/^file:\/\//i.test(address)) return { kind: 'folder', folder: address.slice('file://'.length) };
  return /^[a-z0-9+]+:\/\//i.test(address)
    ? { kind: 'url', url: address }
    : { kind: 'folder', folder: address };
}
