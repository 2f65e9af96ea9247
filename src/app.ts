import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDiskArtifactIndex } from './artifact/disk-index.ts';
import type { BuildDependencies, CallOptions, SifConverter } from './build/ports.ts';
import type { Config } from './config/config.ts';
import { createBuildah } from './engine/buildah/buildah.ts';
import { createBuildx } from './engine/buildx/buildx.ts';
import { createImageUses, recordUses } from './engine/cache/uses.ts';
import { type EngineOptions, type EngineSecrets, toProxyEnvironment } from './engine/options.ts';
import type { Engine } from './engine/port.ts';
import { hashTree } from './files/tree-hash.ts';
import { readHostMicroarchitecture } from './machine/read-host.ts';
import { readExternalLayers } from './oci/external-layers.ts';
import { secretIds } from './recipe/recipe.ts';
import { attachDocuments } from './registry/attach.ts';
import { isPushed } from './registry/is-pushed.ts';
import { pushLayout } from './registry/push.ts';
import { pushSif, type SifToPush } from './registry/push-sif.ts';
import { convertToSif } from './sif/convert/convert.ts';
import { readImageFiles } from './sif/inspect/image-files.ts';
import { openLayoutBlobs } from './sif/source/blob-store.ts';
import type { ImageSource } from './sif/source/image-source.ts';
import { openLayoutImage } from './sif/source/layout.ts';
import { createSpackPort } from './spack-tools.ts';
import { resolveStep } from './step/resolve-step.ts';
import { readVersion } from './version.ts';

/** The real engines as the site has set them, in the order in which `auto` tries them. */
export function createEngines(config: Config): Engine[] {
  const options = toEngineOptions(config);
  const uses = createImageUses(join(config.directories.cache, 'engine-uses'));
  const engines = [createBuildx(options), createBuildah({ ...options, ...config.engine.buildah })];
  return engines.map((engine) => recordUses(engine, uses));
}

/** Joins the ports of the build pipeline to the real things. */
export function createBuildDependencies(config: Config, engine: Engine): BuildDependencies {
  const { directories, network, registry } = config;
  const access = { ...(network.caBundle && { caBundle: network.caBundle }), ...registry };
  return {
    engine,
    resolveStep: (source, { signal }) =>
      resolveStep(source, {
        ...toRegistryOptions(config),
        ...(config.workflowRegistry && { registry: { url: config.workflowRegistry } }),
        signal,
      }),
    hashTree,
    converter: createConverter(config),
    findHostMicroarchitecture: async () => (await readHostMicroarchitecture())?.name,
    artifacts: createDiskArtifactIndex(join(directories.cache, 'artifacts')),
    ...(registry && {
      registry: {
        prefix: registry.prefix,
        push: (layout, reference, call) => pushLayout(layout, reference, { ...call, access }),
        isPushed: (reference, digest, call) => isPushed(reference, digest, { ...call, access }),
        ...(registry.sif && {
          pushSif: async (sif: SifToPush, reference: string, call: CallOptions) =>
            (await pushSif(sif, reference, { ...call, access })).url,
        }),
        attach: (image, documents, call) => attachDocuments(image, documents, { ...call, access }),
      },
    }),
    spack: createSpackPort(config),
    readImageFiles: (layout, isWanted, call) =>
      withLayoutImage(layout, async (source) => ({
        ...(source.config.created !== undefined && { created: source.config.created }),
        files: await readImageFiles(source, { isWanted, ...call }),
      })),
    site: {
      base: config.base,
      allowedBases: config.allowedBases,
      imagesPrefix: config.imagesPrefix,
      toolVersion: readVersion(),
      network: {
        hasCaBundle: network.caBundle !== undefined,
        hasAptAuth: network.aptAuthFile !== undefined,
      },
      workDirectory: directories.work,
    },
    now: () => performance.now(),
    wallClock: () => new Date(),
  };
}

/** How steps are fetched from the workflow registry. */
export function toRegistryOptions({ directories, network }: Config) {
  const authorities = network.caBundle && { GIT_SSL_CAINFO: network.caBundle };
  return {
    cacheDirectory: join(directories.cache, 'steps'),
    gitEnvironment: { ...toProxyEnvironment(network.proxy), ...authorities },
  };
}

function toEngineOptions({ directories, engine, network, spack }: Config): EngineOptions {
  return {
    cacheDirectory: directories.cache,
    workDirectory: join(directories.work, 'engine'),
    emulation: engine.emulation,
    secrets: toSecrets(network, spack),
    proxy: network.proxy,
    caBundle: network.caBundle,
  };
}

function toSecrets(
  { caBundle, aptAuthFile }: Config['network'],
  { cacheCredentialsFile }: Config['spack'],
): EngineSecrets {
  return {
    ...(caBundle && { [secretIds.caBundle]: { file: caBundle } }),
    ...(aptAuthFile && { [secretIds.aptAuth]: { file: aptAuthFile } }),
    ...(cacheCredentialsFile && { [secretIds.packageCache]: { file: cacheCredentialsFile } }),
  };
}

function createConverter({ sif }: Config): SifConverter {
  const { compression, level, blockSizeBytes, format } = sif;
  return {
    settings: { compression, level, blockSizeBytes, format, toolVersion: readVersion() },
    convert: (layout, outputPath, call) =>
      withLayoutImage(layout, (source) => convertToSif(source, outputPath, { ...sif, ...call })),
  };
}

/** Opens the only image of a layout that an engine has written. */
async function withLayoutImage<T>(layout: string, use: (source: ImageSource) => Promise<T>): Promise<T> {
  const index = await readFile(join(layout, 'index.json'), 'utf8');
  const externalLayers = await readExternalLayers(layout);
  const source = await openLayoutImage(openLayoutBlobs(layout), index, { externalLayers });
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
