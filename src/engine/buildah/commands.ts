import type { Command } from '../../exec/command.ts';
import { formatPlatform, type Platform } from '../../oci/platform.ts';
import { baseContextName } from '../../recipe/base-image.ts';

/** Where buildah keeps images and how it runs instructions; the defaults are buildah's own. */
export type BuildahSettings = {
  readonly root?: string | undefined;
  readonly runroot?: string | undefined;
  /** `chroot` needs no container runtime and works inside containers. */
  readonly isolation: 'chroot' | 'oci' | 'rootless';
  readonly network: 'host' | 'private';
};

/** Where buildah keeps images and containers; absent: as its own configuration says. */
export type StoreSettings = Pick<BuildahSettings, 'root' | 'runroot'>;

/** Names a secret that no RUN mounts: its path tells which run a working container belongs to. */
export const runSecretId = 'cic-run';

type Environment = Readonly<Record<string, string>>;

export type BuildahBuildPlan = {
  /** Private folder of this run. */
  readonly directory: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly namedContexts: Readonly<Record<string, string>>;
  /** Names of images in buildah's store, by the name of the context. */
  readonly namedImages: Readonly<Record<string, string>>;
  /** Folders of this machine, by their place in the container. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Name or ID (hex digits) of the base image in buildah's store. */
  readonly baseImage: string;
  readonly imageIdFile: string;
  /** Set for another platform than the host's. */
  readonly platform?: Platform | undefined;
  readonly noCache: boolean;
  readonly env: Environment;
};

export function planBuildahBuild(settings: BuildahSettings, plan: BuildahBuildPlan): Command {
  const contexts = Object.entries(plan.namedContexts).flatMap(([name, path]) => [
    '--build-context',
    `${name}=${path}`,
  ]);
  const images = Object.entries(plan.namedImages).flatMap(([name, image]) => [
    '--build-context',
    `${name}=docker-image://${image}`,
  ]);
  const secrets = Object.entries({ ...plan.secrets, [runSecretId]: plan.directory }).flatMap(([id, path]) => [
    '--secret',
    `id=${id},src=${path}`,
  ]);
  return buildah(settings, plan.env, [
    'build',
    '--layers',
    '--format=oci',
    `--isolation=${settings.isolation}`,
    `--network=${settings.network}`,
    '--pull=never',
    // Without a proxy of the site, none is taken from the environment of CIC.
    ...(Object.keys(plan.env).length === 0 ? ['--http-proxy=false'] : []),
    ...(plan.noCache ? ['--no-cache'] : []),
    ...(plan.platform === undefined ? [] : [`--platform=${formatPlatform(plan.platform)}`]),
    '--build-context',
    `${baseContextName}=docker-image://${plan.baseImage}`,
    ...contexts,
    ...images,
    ...Object.entries(plan.volumes).flatMap(([place, folder]) => ['--volume', `${folder}:${place}`]),
    ...secrets,
    `--iidfile=${plan.imageIdFile}`,
    `--file=${plan.dockerfile}`,
    plan.context,
  ]);
}

/** @param source Image reference, or `oci:FOLDER`. */
export function planPull(
  settings: BuildahSettings,
  source: string,
  platform: Platform,
  env: Environment,
): Command {
  const policy = source.startsWith('oci:')
    ? []
    : ['--policy=missing', `--platform=${formatPlatform(platform)}`];
  return buildah(settings, env, ['pull', '--quiet', ...policy, source]);
}

export function planTag(settings: BuildahSettings, image: string, name: string): Command {
  return buildah(settings, {}, ['tag', image, name]);
}

/** Prints image ID and manifest digest, separated by a blank. */
export function planInspect(settings: BuildahSettings, image: string): Command {
  return buildah(settings, {}, [
    'inspect',
    '--type=image',
    '--format={{.FromImageID}} {{.FromImageDigest}}',
    image,
  ]);
}

/** Prints JSON: `Manifest` and `Config` as they are stored, `OCIv1.config` for the image's settings. */
export function planInspectImage(settings: StoreSettings, image: string): Command {
  return buildah(settings, {}, ['inspect', '--type=image', image]);
}

/** Prints JSON: the images with a name of that pattern. */
export function planListImages(settings: StoreSettings, pattern: string): Command {
  return buildah(settings, {}, ['images', '--json', `--filter=reference=${pattern}`]);
}

/** Writes one file for each blob and the manifest into a folder; layers stay uncompressed. */
export function planExport(settings: BuildahSettings, image: string, directory: string): Command {
  return buildah(settings, {}, [
    'push',
    '--quiet',
    '--format=oci',
    '--disable-compression',
    image,
    `dir:${directory}`,
  ]);
}

export function planListContainers(settings: StoreSettings): Command {
  return buildah(settings, {}, ['containers', '--json']);
}

export function planRemoveContainers(settings: StoreSettings, ids: readonly string[]): Command {
  return buildah(settings, {}, ['rm', ...ids]);
}

/** Prints JSON; `store` says where images and containers lie. */
export function planStoreInfo(settings: StoreSettings): Command {
  return buildah(settings, {}, ['info']);
}

export function buildah(settings: StoreSettings, env: Environment, args: readonly string[]): Command {
  const { root, runroot } = settings;
  const store = [
    ...(root === undefined ? [] : ['--root', root]),
    ...(runroot === undefined ? [] : ['--runroot', runroot]),
  ];
  return { file: 'buildah', args: [...store, ...args], env };
}
