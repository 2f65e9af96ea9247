import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineEventListener } from '../../engine/events.ts';
import type { Engine } from '../../engine/port.ts';
import type { Machine } from '../../machine/machine.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { makeRequest, makeSpackInput } from '../../recipe/recipe.fixture.ts';
import type { ImageRecipe } from '../../recipe/recipe.ts';
import { type Rig, type RigChanges, resolveTo } from '../build.fixture.ts';
import type { BuildDependencies } from '../ports.ts';
import type { PreparedTools, SpackPort } from './spack-port.ts';

/** What the pipeline builds for a step with a Spack environment. */
export type RecipeKind = 'toolchain' | 'concretize' | 'extract' | 'environment' | 'image';

/** Lines of a stage; by default the one that the recipe is for. */
type Said = {
  readonly lines: readonly string[];
  readonly error?: Error;
  readonly stage?: 'toolchain';
};

/** A Spack that has solved and built everything before: zlib and lz4, for zen3. */
export type SpackRig = {
  readonly deps: BuildDependencies;
  readonly port: SpackPort;
  readonly prepared: PreparedTools;
  /** What was built, in order; where an image was found there is nothing. */
  readonly built: { readonly kind: RecipeKind; readonly recipe: ImageRecipe; readonly noCache?: boolean }[];
  /** Files that builds leave, by name. */
  readonly outputs: Map<string, string>;
  readonly locks: Map<Digest, string>;
  readonly times: Map<string, number>;
  /** Prints these lines when that is built; then it fails, when there is an error. */
  readonly says: Map<RecipeKind, Said>;
  run(changes?: RigChanges): ReturnType<Rig['run']>;
};

export const spackSection = { specs: ['zlib@1.3.1+shared', 'lz4'] };

/** Text of a lock whose packages are for zen3. */
export const lockText = readFileSync(
  new URL('../../spack/golden/zlib-lz4-1.1.lock', import.meta.url),
  'utf8',
);

export const zen3Machine = {
  platform: { os: 'linux', architecture: 'amd64' },
  microarchitecture: 'zen3',
  requestedArchitecture: 'milan',
  imageFormat: 'sif',
} as const;

export async function createSpackRig(rig: Rig): Promise<SpackRig> {
  const files = [
    'spack/bin/spack',
    'spack/.git/HEAD',
    'packages/repo.yaml',
    'packages/packages/zlib/package.py',
  ];
  for (const file of files) await writeInto(rig.folder, file);
  const state = {
    built: [],
    outputs: new Map([
      ['spack.lock', lockText],
      ['environment', 'PATH=/opt/view/bin:/usr/bin\0ZLIB_ROOT=/opt/view\0'],
      ['targets', "/opt/software/zlib\tSPACK_TARGET_ARGS_CC='-march=znver3 -mtune=znver3'\n"],
    ]),
    locks: new Map<Digest, string>(),
    times: new Map<string, number>(),
    says: new Map(),
    prepared: prepareTools(rig),
  } satisfies Omit<SpackRig, 'deps' | 'port' | 'run'>;
  const port = createPort(state);
  const deps = createDependencies(rig, state, port);
  const run = ({ deps: others, request, options }: RigChanges = {}) =>
    rig.run({
      deps: { ...deps, ...resolveTo(rig, { spack: spackSection }), ...others },
      request: { machine: zen3Machine, ...request },
      ...(options && { options }),
    });
  return { ...state, port, deps, run };
}

/** A request for zen3, for what takes one. */
export function makeSpackRequest(changes: { readonly force?: boolean; readonly machine?: Machine } = {}) {
  return { ...makeRequest(), machine: zen3Machine, ...changes };
}

type State = Omit<SpackRig, 'deps' | 'port' | 'run'>;

function prepareTools({ folder }: Rig): PreparedTools {
  return {
    tools: { ...makeSpackInput().tools, mirrors: [] },
    folders: { spack: join(folder, 'spack'), packages: join(folder, 'packages') },
    warnings: [],
    commits: { spack: 'a'.repeat(40), packages: 'b'.repeat(40) },
  };
}

function createPort({ prepared, locks, times }: State): SpackPort {
  return {
    prepare: async ({ onProgress }) => {
      onProgress('Fetch Spack');
      return prepared;
    },
    readScripts: async () => ({ 'snapshot.sh': '#!/bin/sh\n' }),
    locks: {
      find: async (key) => locks.get(key),
      record: async (key, text) => void locks.set(key, text),
    },
    times: {
      read: async () => times,
      record: async (news) => news.forEach((seconds, name) => void times.set(name, seconds)),
    },
    withToolchainLock: (work) => work(),
  };
}

function createDependencies(rig: Rig, state: State, spack: SpackPort): BuildDependencies {
  const { outputs } = state;
  return {
    ...rig.deps,
    spack,
    engine: createEngine(rig, state),
    readImageFiles: async (layout, isWanted, call) => {
      const found = [...outputs].filter(([name]) => isWanted(`out/${name}`));
      if (found.length === 0) return rig.deps.readImageFiles(layout, isWanted, call);
      return { files: new Map(found.map(([name, text]) => [`out/${name}`, Buffer.from(text)])) };
    },
  };
}

function createEngine(rig: Rig, { built, says }: State): Engine {
  return {
    ...rig.deps.engine,
    build: async (recipe, options = {}) => {
      const kind = kindOf(recipe);
      built.push({ kind, recipe, ...(options.noCache !== undefined && { noCache: options.noCache }) });
      say(says.get(kind), recipe, options.onEvent);
      return { imageId: digestOf(kind) };
    },
    pin: async ({ imageId }) => ({
      base: { kind: 'reference', reference: `localhost/cic/pinned:${imageId.slice(-8)}` },
      digest: imageId,
    }),
    findTagged: async (reference) => rig.tags.get(reference) as Digest | undefined,
  };
}

function say(
  said: Said | undefined,
  { instructions }: ImageRecipe,
  emit: EngineEventListener | undefined,
): void {
  const own = instructions.some((each) => each.stage === 'spack') ? 'spack' : instructions[0]?.stage;
  const stage = said?.stage ?? own;
  for (const line of said?.lines ?? [])
    emit?.({ kind: 'log', stage: stage ?? 'base', line, stream: 'stdout' });
  if (said?.error !== undefined) throw said.error;
}

function kindOf({ instructions }: ImageRecipe): RecipeKind {
  const stages = new Set(instructions.map(({ stage }) => stage));
  if (stages.has('concretize')) return 'concretize';
  if (stages.has('extract')) return 'extract';
  if (stages.has('spack')) return 'environment';
  // Where Spack builds a compiler the two others have that stage too.
  return stages.has('toolchain') ? 'toolchain' : 'image';
}

async function writeInto(folder: string, file: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), `${file}\n`);
}
