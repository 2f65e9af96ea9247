/** What the page shows of `plan.json`. */
export type PlanFacts = {
  readonly commit?: string | undefined;
  readonly recipeDigest?: string | undefined;
  readonly baseDigest?: string | undefined;
};

/** Nothing where it is no plan: the file itself can be looked at all the same. */
export function readPlan(text: string): PlanFacts {
  const plan = parse(text);
  const read = (name: string) => (typeof plan[name] === 'string' ? plan[name] : undefined);
  return { commit: read('commit'), recipeDigest: read('recipe_digest'), baseDigest: read('base_digest') };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Documents for programs are often one line: with line breaks they can be read. */
export function toReadable(name: string, text: string): string {
  if (!/\.(?:json|lock)$/.test(name) || text.trimEnd().includes('\n')) return text;
  try {
    return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
  } catch {
    return text;
  }
}
