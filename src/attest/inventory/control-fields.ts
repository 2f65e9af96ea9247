/**
 * Reads fields such as `Name: value` up to the first empty line. What continues a field on indented
 * lines is left out: no field that is read here has more than one.
 *
 * @returns Values by the name of the field in lower case; the first of several.
 */
export function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !/^\s/.test(line) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}
