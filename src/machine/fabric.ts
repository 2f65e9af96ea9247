/** Networks between nodes that an MPI library has to be built for; it uses all others through TCP. */
export type FabricKind = 'infiniband' | 'slingshot' | 'omni-path';

const patterns: readonly (readonly [RegExp, FabricKind])[] = [
  [/infiniband/i, 'infiniband'],
  [/slingshot/i, 'slingshot'],
  [/omni-?path/i, 'omni-path'],
];

/** The kind of a fabric as machine files call it: `InfiniBand HDR100`. */
export function fabricKindOf(fabric: string): FabricKind | undefined {
  return patterns.find(([pattern]) => pattern.test(fabric))?.[1];
}
