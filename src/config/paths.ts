/** Makes a path of the configuration absolute. */
export type ToPath = (path: string) => string;

/** A URL as it is; a path, absolute. */
export function toAddress(address: string, toPath: ToPath): string {
  return isLocalPath(address) ? toPath(address) : address;
}

function isLocalPath(address: string): boolean {
  return !/^[a-z+]+:\/\//i.test(address) && !/^[^/]+@[^/]+:/.test(address);
}
