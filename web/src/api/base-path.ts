/** Path of the service without a slash at its end: `/image_creation`, or an empty text for the root. */
export function toBasePath(baseUri: string): string {
  return new URL(baseUri).pathname.replace(/\/+$/, '');
}

/** As the service has written it into the page. */
export function readBasePath(): string {
  return toBasePath(document.baseURI);
}
