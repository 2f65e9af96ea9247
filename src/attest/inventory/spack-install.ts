import type { SpackPackage } from '../package.ts';

/**
 * Reads `<prefix>/.spack/spec.json`. The first node is the installed package itself, the others are what
 * it depends on.
 *
 * Format 4 (Spack 0.18 to 0.23) and 5 (1.0 on) agree in what is read here. A target is a name where it is
 * generic, else a mapping of everything that archspec knows about it.
 *
 * @see spack/spec.py, `Spec.to_dict` and `ArchSpec.to_dict`
 */
export function parseSpackInstall(text: string): SpackPackage | undefined {
  const [node] = listOf(fieldOf(fieldOf(parseJson(text), 'spec'), 'nodes'));
  const name = fieldOf(node, 'name');
  const version = fieldOf(node, 'version');
  const hash = fieldOf(node, 'hash');
  if (typeof name !== 'string' || typeof version !== 'string' || typeof hash !== 'string') return undefined;
  const target = fieldOf(fieldOf(node, 'arch'), 'target');
  const targetName = typeof target === 'string' ? target : fieldOf(target, 'name');
  return {
    manager: 'spack',
    name,
    version,
    hash,
    target: typeof targetName === 'string' ? targetName : 'unknown',
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
