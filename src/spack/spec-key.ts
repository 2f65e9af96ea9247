import { normalizeLegacySpec } from './normalize-legacy-spec.ts';
import { parseSpec } from './parse-spec.ts';
import type { Spec, SpecVariant } from './spec.ts';

/**
 * The same text for two spellings of a spec: Spack sorts what it writes into a lock. Where a package comes from
 * and what it is compiled for are left out, as are the languages that a dependency stands in for.
 *
 * @param text A text that is no spec is its own key.
 */
export function toSpecKey(text: string): string {
  const { spec } = parseSpec(text);
  return spec === undefined ? text : formatKey(normalizeLegacySpec(spec));
}

function formatKey(spec: Spec): string {
  const dependencies = spec.dependencies.map((dependency) => `${dependency.sigil}${formatNode(dependency)}`);
  return [formatNode(spec), ...[...new Set(dependencies)].sort()].join(' ');
}

function formatNode({ name = '', versions = '', variants, hash = '' }: Spec): string {
  return [name, `@${sortList(versions)}`, ...variants.map(formatVariant).sort(), `/${hash}`].join(' ');
}

function formatVariant({ name, value, isPropagated, isExact }: SpecVariant): string {
  const text = typeof value === 'boolean' ? value : sortList(value);
  return JSON.stringify([name, text, isPropagated ?? false, isExact ?? false]);
}

function sortList(text: string): string {
  return text.split(',').sort().join();
}
