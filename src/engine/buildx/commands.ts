import type { Command } from '../../exec/command.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatPlatform, type Platform } from '../../oci/platform.ts';
import { baseContextName } from '../../recipe/base-image.ts';

type Environment = Readonly<Record<string, string>>;

export type BuildxBuildPlan = {
  readonly dockerfile: string;
  readonly context: string;
  /** The base image as buildx names a context: `oci-layout://…` or `docker-image://…`. */
  readonly baseContext: string;
  readonly namedContexts: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** File that gets the digests of the result; without one the result only stays in the cache. */
  readonly metadataFile?: string | undefined;
  /** Set for another platform than the host's. */
  readonly platform?: Platform | undefined;
  readonly noCache: boolean;
  /** Variables that every RUN gets; only their names stand on the command line. */
  readonly env: Environment;
};

/** Layers stay uncompressed: what reads them next is the conversion, and a push compresses on its way. */
const output = 'type=image,compression=uncompressed,force-compression=true,oci-mediatypes=true';

export function planBuildxBuild(docker: string, plan: BuildxBuildPlan): Command {
  const { metadataFile } = plan;
  const contexts = Object.entries({ [baseContextName]: plan.baseContext, ...plan.namedContexts });
  return {
    file: docker,
    args: [
      'buildx',
      'build',
      '--progress=rawjson',
      '--provenance=false',
      `--output=${metadataFile === undefined ? 'type=cacheonly' : output}`,
      ...(plan.noCache ? ['--no-cache'] : []),
      ...(plan.platform === undefined ? [] : [`--platform=${formatPlatform(plan.platform)}`]),
      ...contexts.flatMap(([name, source]) => ['--build-context', `${name}=${source}`]),
      ...Object.entries(plan.secrets).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
      ...Object.keys(plan.env).flatMap((name) => ['--build-arg', name]),
      ...(metadataFile === undefined ? [] : [`--metadata-file=${metadataFile}`]),
      `--file=${plan.dockerfile}`,
      plan.context,
    ],
    env: plan.env,
  };
}

/** Prints the image as a tar archive of an OCI image layout. */
export function planSave(docker: string, imageId: Digest): Command {
  return { file: docker, args: ['image', 'save', imageId] };
}

export function planUnpack(directory: string): Command {
  return { file: 'tar', args: ['--extract', '--no-same-owner', `--directory=${directory}`] };
}

export function planTag(docker: string, imageId: Digest, reference: string): Command {
  return { file: docker, args: ['image', 'tag', imageId, reference] };
}

/** Prints the image ID of a name. */
export function planInspect(docker: string, reference: string): Command {
  return { file: docker, args: ['image', 'inspect', '--format={{.Id}}', reference] };
}

/** Prints a line of JSON for each name of that pattern. */
export function planListImages(docker: string, pattern: string): Command {
  return {
    file: docker,
    args: ['image', 'ls', '--no-trunc', '--format={{json .}}', `--filter=reference=${pattern}`],
  };
}

/** Prints the labels of an image, in JSON. */
export function planInspectLabels(docker: string, reference: string): Command {
  return { file: docker, args: ['image', 'inspect', '--format={{json .Config.Labels}}', reference] };
}

/** Prints the image ID of a name, and the platform of the image. */
export function planInspectLocal(docker: string, reference: string): Command {
  return {
    file: docker,
    args: ['image', 'inspect', '--format={{.Id}} {{.Os}}/{{.Architecture}}', reference],
  };
}

/** Prints the manifest, or the index of manifests, that a registry has under a name. */
export function planInspectRemote(docker: string, reference: string, env: Environment): Command {
  return { file: docker, args: ['buildx', 'imagetools', 'inspect', '--raw', reference], env };
}

/** Prints what the engine behind the client is. */
export function planInfo(docker: string): Command {
  return { file: docker, args: ['info', '--format={{json .}}'] };
}

/** Prints the builder that builds would use. */
export function planInspectBuilder(docker: string): Command {
  return { file: docker, args: ['buildx', 'inspect'] };
}
