import { stringify } from 'yaml';
import { parseGpuSpec } from '../machine/gpu.ts';
import type { Machine } from '../machine/machine.ts';
import type { SpackSection } from '../step/description.ts';
import { spackView } from './fragments/spack.ts';

type YamlMap = { readonly [key: string]: unknown };

/**
 * Renders `spack.yaml`: the step's environment on top of CIC's own settings. Maps are merged key by
 * key; for every other value what the step wrote wins.
 */
export function renderSpackYaml(section: SpackSection, machine: Machine): string {
  const ours: YamlMap = {
    view: spackView,
    concretizer: { unify: true, targets: { granularity: 'microarchitectures', host_compatible: false } },
    config: { install_tree: { root: '/opt/software' }, shared_linking: { type: 'runpath' } },
    packages: {
      // As a list: Spack joins lists of several scopes, while a string would replace ours in silence.
      all: { require: [`target=${machine.microarchitecture}`] },
      ...(machine.mpi === undefined ? {} : { mpi: { require: [machine.mpi] } }),
    },
  };
  const specs = [
    ...listOf(section['specs']),
    ...(machine.gpu === undefined ? [] : [parseGpuSpec(machine.gpu).toolkit]),
  ];
  return stringify({ spack: { ...mergeMaps(ours, section), specs } }, { lineWidth: 0 });
}

function mergeMaps(below: YamlMap, above: YamlMap): YamlMap {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const lower = merged[key];
    merged[key] = isMap(lower) && isMap(value) ? mergeMaps(lower, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
