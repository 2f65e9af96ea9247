import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact, ArtifactKey } from '../artifact/artifact.ts';
import type { Engine } from '../engine/port.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { bookworm, makeRequest, makeStep } from '../recipe/recipe.fixture.ts';
import type { AttachedDocument } from '../registry/referrers.ts';
import type { StepDescription } from '../step/description.ts';
import type { BuildEvent } from './events.ts';
import type { BuildRunOptions } from './options.ts';
import type { BuildDependencies } from './ports.ts';
import { runBuild } from './run-build.ts';

/** A pipeline whose engine, converter and registry only write down what they are asked to do. */
export type Rig = {
  readonly folder: string;
  /** What happened, in order. */
  readonly calls: string[];
  readonly events: BuildEvent[];
  readonly tags: Map<string, string>;
  /** Documents that were attached to the image in the registry. */
  readonly attached: AttachedDocument[];
  readonly deps: BuildDependencies;
  /** Makes the call with this name fail. */
  failing?: string;
  run(changes?: RigChanges): ReturnType<typeof runBuild>;
};

export type RigChanges = {
  readonly deps?: Partial<BuildDependencies>;
  readonly options?: Partial<BuildRunOptions>;
  readonly request?: Partial<ReturnType<typeof makeRequest>>;
};

const dpkgStatus = Buffer.from('Package: file\nStatus: install ok installed\nVersion: 1:5.44-3\n');

export async function createRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-build-'));
  const stepFolder = join(folder, 'source', 'wordcount');
  await mkdir(stepFolder, { recursive: true });
  await writeFile(join(stepFolder, 'run.sh'), 'echo hi\n');
  const rig: Rig = {
    folder,
    calls: [],
    events: [],
    tags: new Map(),
    attached: [],
    deps: undefined as never,
    run: (changes = {}) =>
      runBuild(
        { ...makeRequest(), ...changes.request },
        { ...rig.deps, ...changes.deps },
        {
          outputDirectory: join(folder, 'images'),
          onEvent: (event) => rig.events.push(event),
          ...changes.options,
        },
      ),
  };
  return Object.assign(rig, { deps: createDependencies(rig, stepFolder) });
}

/** The step that is resolved asks for more than files. */
export function resolveTo(rig: Rig, description: Partial<StepDescription>): Partial<BuildDependencies> {
  const { resolveStep } = rig.deps;
  return {
    resolveStep: async (source, call) => {
      const step = await resolveStep(source, call);
      return { ...step, description: { ...step.description, ...description } };
    },
  };
}

export function pushTo(rig: Rig, prefix: string): Partial<BuildDependencies> {
  const tags = new Map<string, Digest>();
  const push = async (_layout: string, reference: string) => {
    note(rig, 'push');
    tags.set(reference, digestOf('pushed'));
    return digestOf('pushed');
  };
  const isPushed = async (reference: string, digest: Digest) => tags.get(reference) === digest;
  const attach = async (_image: unknown, documents: readonly AttachedDocument[]) => {
    note(rig, 'attach');
    rig.attached.push(...documents);
  };
  return { registry: { prefix, push, isPushed, attach } };
}

function createDependencies(rig: Rig, stepFolder: string): BuildDependencies {
  const artifacts = new Map<string, Artifact>();
  const keyOf = (key: ArtifactKey) => JSON.stringify(key);
  return {
    engine: createEngine(rig),
    resolveStep: async () => {
      note(rig, 'resolve');
      return makeStep({}, { folder: stepFolder });
    },
    hashTree: async () => makeStep().treeHash,
    converter: {
      settings: { compression: 'zstd' },
      convert: async (_layout, path) => {
        note(rig, 'convert');
        return {
          path,
          partialPath: `${path}.partial`,
          sizeBytes: 3,
          sha256: 'ab',
          warnings: [],
          publish: async () => note(rig, 'publish-sif'),
          discard: async () => note(rig, 'discard-sif'),
        };
      },
    },
    findHostMicroarchitecture: async () => 'zen2',
    artifacts: {
      find: async (key) => artifacts.get(keyOf(key)),
      record: async (key, artifact) => void artifacts.set(keyOf(key), artifact),
    },
    site: {
      base: { kind: 'bootstrap', suite: 'bookworm' },
      allowedBases: [{ kind: 'bootstrap', suite: 'jammy' }],
      imagesPrefix: '',
      toolVersion: '0.0.0',
      network: { hasCaBundle: false, hasAptAuth: false },
      workDirectory: join(rig.folder, 'work'),
    },
    readImageFiles: async () => {
      note(rig, 'read-files');
      return { created: '2024-02-03T04:05:06Z', files: new Map([['var/lib/dpkg/status', dpkgStatus]]) };
    },
    now: () => 0,
    wallClock: () => new Date(0),
  };
}

function createEngine(rig: Rig): Engine {
  const imageId = digestOf('image');
  return {
    kind: 'buildah',
    mountsFolders: true,
    check: async () => ({ usable: true, version: '0', platforms: [] }),
    resolveBase: async () => bookworm,
    build: async () => {
      note(rig, 'build');
      return { imageId };
    },
    runOn: async () => note(rig, 'test'),
    exportLayout: async () => {
      note(rig, 'export');
      return digestOf('manifest');
    },
    pin: async () => bookworm,
    tag: async (image, reference) => {
      note(rig, 'tag');
      rig.tags.set(reference, image.imageId);
    },
    findTagged: async (reference) => (rig.tags.has(reference) ? imageId : undefined),
  };
}

function note(rig: Rig, call: string): void {
  rig.calls.push(call);
  if (rig.failing === call) throw new Error(`${call} fails`);
}
