/**
 * Names that apt takes: `name`, `name:arch`, `name=version`, `name/suite`. Upper case, `_` and the like
 * never occur in them.
 *
 * @see Debian Policy 5.6.1 (package names), 5.6.12 (versions)
 */
export const aptPackagePattern =
  /^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?(?:=(?:\d+:)?\d[A-Za-z0-9.+~-]*\*?|\/[a-z0-9][a-z0-9./-]*)?$/;

/** What is wrong with a package name, or undefined. */
export function checkAptPackage(
  text: string,
): { readonly message: string; readonly hint: string } | undefined {
  if (text.length <= 200 && aptPackagePattern.test(text)) return undefined;
  const message = `${JSON.stringify(text)} is no Debian package name`;
  if (/^\S+(?:\s+[a-z0-9]\S*)+$/.test(text)) return { message, hint: 'give each package a line of its own' };
  if (text.startsWith('-')) return { message, hint: 'options of apt-get are not allowed, only packages' };
  if (/[<>]|==/.test(text)) return { message, hint: 'apt takes one exact version: name=version' };
  if (text !== text.toLowerCase())
    return { message, hint: `package names are lower case: ${text.toLowerCase()}` };
  return { message, hint: 'write name, name=version, name/suite or name:architecture' };
}
