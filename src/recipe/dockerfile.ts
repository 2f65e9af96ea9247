import type { RecipeInstruction, RecipeStageId } from './recipe.ts';

/** One or more instructions that belong together, with the comment that stands above them. */
export type Fragment = {
  readonly stage: RecipeStageId;
  readonly comment: string;
  readonly instructions: readonly string[];
};

export type Mount = Readonly<Record<string, string>> & { readonly type: 'cache' | 'secret' | 'bind' };

/**
 * A RUN in shell form: each script line must succeed before the next one starts.
 *
 * No heredocs: buildah before 1.33 cannot parse them.
 */
export function formatRun(script: readonly string[], mounts: readonly Mount[] = []): string {
  const lines = [...mounts.map(formatMount), script.join(' && \\\n    ')];
  return `RUN ${lines.join(' \\\n    ')}`;
}

/** A RUN in exec form: the words as they are, without a shell and without mounts. */
export function formatExecRun(words: readonly string[]): string {
  return `RUN ${JSON.stringify(words)}`;
}

/** The exec form keeps spaces in paths; sources are relative to the named context, or the default one. */
export function formatCopy(
  sources: readonly string[],
  target: string,
  options: { readonly from?: string } = {},
): string {
  const from = options.from === undefined ? '' : `--from=${options.from} `;
  return `COPY ${from}${JSON.stringify([...sources, target])}`;
}

/** @param variables Values may use `$NAME` of earlier variables; everything else in them is literal. */
export function formatEnv(variables: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(variables).map(([name, value]) => `${name}="${escapeQuotes(value)}"`);
  return `ENV ${pairs.join(' \\\n    ')}`;
}

/** Values are literal: a `$` in them is no variable. */
export function formatLiteralEnv(variables: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(variables).map(([name, value]) => `${name}="${escapeAll(value)}"`);
  return `ENV ${pairs.join(' \\\n    ')}`;
}

/** Label values are literal: a `$` in them is no variable. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `"${name}"="${escapeAll(value)}"`);
  return `LABEL ${pairs.join(' \\\n      ')}`;
}

export function formatDockerfile(fragments: readonly Fragment[]): string {
  return fragments
    .map(({ comment, instructions }) => [`# ${comment}`, ...instructions].join('\n'))
    .join('\n\n')
    .concat('\n');
}

export function toInstructions(fragments: readonly Fragment[]): RecipeInstruction[] {
  return fragments.flatMap(({ stage, instructions }) => instructions.map((text) => ({ stage, text })));
}

function formatMount(mount: Mount): string {
  const options = Object.entries(mount).map(([name, value]) => `${name}=${value}`);
  return `--mount=${options.join(',')}`;
}

function escapeAll(value: string): string {
  return escapeQuotes(value).replaceAll('$', '\\$');
}

function escapeQuotes(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ');
}
