/** A mapping of YAML or JSON. */
export type Mapping = { readonly [key: string]: unknown };

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Key by key; where both have a value that is no mapping, `above` wins. */
export function mergeMappings(below: Mapping, above: Mapping): Mapping {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const lower = merged[key];
    merged[key] = isMapping(lower) && isMapping(value) ? mergeMappings(lower, value) : value;
  }
  return merged;
}
