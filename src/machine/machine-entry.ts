import { formatPlatform } from '../oci/platform.ts';
import { codeNames } from './code-names.ts';
import { compilerFlags } from './compiler-flags.ts';
import { listMicroarchitectures, type Microarchitecture } from './microarchitecture.ts';
import { platformOf } from './resolve-architecture.ts';

/** One microarchitecture as programs read it. */
export type MachineEntry = {
  readonly kind: 'microarchitecture';
  readonly name: string;
  readonly platform: string;
  readonly vendor: string;
  /** Archspec names whose code this one runs too, nearest first; direct ones only. */
  readonly parents: readonly string[];
  readonly code_names: readonly string[];
  /** Absent where GCC cannot tell it from another microarchitecture. */
  readonly gcc?: { readonly flags: string; readonly min_version?: string };
};

/** All microarchitectures of the platforms that CIC builds for. */
export function listMachines(): MachineEntry[] {
  return listMicroarchitectures().flatMap((microarchitecture) => {
    const platform = platformOf(microarchitecture);
    if (platform === undefined) return [];
    const gcc = describeGcc(microarchitecture);
    const { name, parents } = microarchitecture;
    return {
      kind: 'microarchitecture',
      name,
      platform: formatPlatform(platform),
      vendor: describeVendor(microarchitecture),
      parents,
      code_names: codeNames.filter((entry) => entry.microarchitecture === name).map((entry) => entry.name),
      ...(gcc !== undefined && { gcc }),
    };
  });
}

function describeGcc(microarchitecture: Microarchitecture): MachineEntry['gcc'] {
  const newest = compilerFlags(microarchitecture, { name: 'gcc' });
  if (newest.kind !== 'flags') return undefined;
  const entry = microarchitecture.compilers['gcc']?.find(({ flags }) => flags === newest.flags);
  const minVersion = entry?.versions.split(':')[0];
  return { flags: newest.flags, ...(minVersion && { min_version: minVersion }) };
}

const vendorNames: Readonly<Record<string, string>> = { GenuineIntel: 'Intel', AuthenticAMD: 'AMD' };

function describeVendor({ vendor }: Microarchitecture): string {
  return vendorNames[vendor] ?? vendor;
}
