import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { formatProblem } from '../errors/problem.ts';
import { toSchemaProblems } from '../errors/schema-problems.ts';
import { compilerNames, languages } from './spec.ts';

/** What an environment was concretised to: every package with its version, target and dependencies. */
export type SpackLock = {
  /** Format of the nodes: 4 in Spack 0.23, 5 in Spack 1. */
  readonly specVersion: number;
  /** What the environment asked for. */
  readonly roots: readonly { readonly hash: string; readonly spec: string }[];
  readonly nodes: readonly LockNode[];
};

export type LockNode = {
  /** 32 characters. */
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly namespace: string;
  readonly os: string;
  /** A microarchitecture: `zen3`. */
  readonly target: string;
  /** Taken from the base image: nothing is built. */
  readonly isExternal: boolean;
  /** What it is compiled with; absent where nothing is compiled, and for externals of Spack 1. */
  readonly compiler?: { readonly name: string; readonly version: string };
  readonly dependencies: readonly LockDependency[];
  /** Variants and compiler flags. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

export type LockDependency = {
  readonly hash: string;
  readonly name: string;
  /** `build`, `link`, `run`, `test`. */
  readonly types: readonly string[];
  /** What it stands in for: `mpi`, `c`. */
  readonly virtuals: readonly string[];
};

/** 5: Spack 0.23; 6: Spack 1; 7: Spack 1.2 and newer, for environments with groups of specs. */
const lockVersions: readonly number[] = [5, 6, 7];

const dependencySchema = z.object({
  name: z.string(),
  hash: z.string(),
  parameters: z.object({
    deptypes: z.array(z.string()),
    virtuals: z.array(z.string()).optional(),
  }),
});

const nodeSchema = z.object({
  name: z.string(),
  version: z.string(),
  namespace: z.string().default('builtin'),
  arch: z.object({
    platform_os: z.string(),
    target: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
  }),
  compiler: z.object({ name: z.string(), version: z.string() }).optional(),
  external: z.unknown().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  dependencies: z.array(dependencySchema).default([]),
});

const lockSchema = z.object({
  _meta: z.object({
    'lockfile-version': z
      .number()
      .refine((version) => lockVersions.includes(version), 'is a format that CIC does not know'),
    'specfile-version': z.number(),
  }),
  roots: z.array(z.object({ hash: z.string(), spec: z.string() })),
  concrete_specs: z.record(z.string(), nodeSchema),
});

type WireNode = z.infer<typeof nodeSchema>;

/**
 * Reads a `spack.lock`.
 *
 * @throws SPACK_LOCK_INVALID - no JSON, another format, or a package that it refers to is missing
 * @see Spack's source: `_to_lockfile_dict` of an environment, `to_node_dict` of a spec
 */
export function parseLock(text: string): SpackLock {
  const { _meta, roots, concrete_specs } = readLock(text);
  const wireNodes = new Map(Object.entries(concrete_specs));
  const nodes = [...wireNodes].map(([hash, node]) => toLockNode(hash, node, wireNodes));
  for (const { hash, spec } of roots) {
    if (!wireNodes.has(hash)) throw toLockError(`it lacks the package of the root ${spec} (${hash})`);
  }
  return { specVersion: _meta['specfile-version'], roots, nodes: orderForBuild(nodes) };
}

function readLock(text: string): z.infer<typeof lockSchema> {
  const result = lockSchema.safeParse(parseJson(text), { reportInput: true });
  if (result.success) return result.data;
  const [first] = toSchemaProblems(result.error.issues);
  throw toLockError(first === undefined ? 'its shape is unknown' : formatProblem(first));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw toLockError(`it is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function toLockNode(hash: string, node: WireNode, all: ReadonlyMap<string, WireNode>): LockNode {
  const dependencies = node.dependencies.map(({ name, hash, parameters }) => {
    return { hash, name, types: parameters.deptypes, virtuals: parameters.virtuals ?? [] };
  });
  for (const { name, hash: missing } of dependencies) {
    if (!all.has(missing)) throw toLockError(`${node.name} depends on ${name} (${missing}), which it lacks`);
  }
  const compiler = node.compiler ?? findCompiler(dependencies, all);
  return {
    hash,
    name: node.name,
    version: node.version,
    namespace: node.namespace,
    os: node.arch.platform_os,
    target: node.arch.target,
    isExternal: node.external !== undefined,
    ...(compiler !== undefined && { compiler }),
    dependencies,
    parameters: node.parameters,
  };
}

/** In Spack 1 a compiler is a dependency: the one that provides a language, C before others. */
function findCompiler(dependencies: readonly LockDependency[], all: ReadonlyMap<string, WireNode>) {
  const builders = dependencies.filter(({ types }) => types.includes('build'));
  const found =
    languages
      .map((language) => builders.find(({ virtuals }) => virtuals.includes(language)))
      .find((dependency) => dependency !== undefined) ?? builders.find(({ name }) => compilerNames.has(name));
  if (found === undefined) return undefined;
  return { name: found.name, version: all.get(found.hash)?.version ?? '' };
}

/**
 * Dependencies before what uses them, otherwise in the order of the lock.
 *
 * @throws SPACK_LOCK_INVALID - a package depends on itself
 */
function orderForBuild(nodes: readonly LockNode[]): LockNode[] {
  const byHash = new Map(nodes.map((node) => [node.hash, node]));
  const states = new Map<LockNode, 'open' | 'done'>();
  const ordered: LockNode[] = [];
  const visit = (node: LockNode) => {
    const state = states.get(node);
    if (state === 'open') throw toLockError(`${node.name} (${node.hash}) depends on itself`);
    if (state === 'done') return;
    states.set(node, 'open');
    for (const { hash } of node.dependencies) {
      const dependency = byHash.get(hash);
      if (dependency !== undefined) visit(dependency);
    }
    states.set(node, 'done');
    ordered.push(node);
  };
  nodes.forEach(visit);
  return ordered;
}

function toLockError(reason: string): AppError {
  return new AppError('SPACK_LOCK_INVALID', `the spack.lock cannot be used: ${reason}`, {
    hint: 'concretise the environment again, with Spack 0.23 or 1',
    details: { reason },
  });
}
