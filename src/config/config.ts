import type { BuildahSettings } from '../engine/buildah/commands.ts';
import type { ProxySettings } from '../engine/options.ts';
import type { EngineKind } from '../engine/port.ts';
import type { BaseImage } from '../recipe/base-image.ts';
import type { RegistryAccess } from '../registry/access.ts';
import type { SifOptions } from '../sif/convert/options.ts';
import type { SpackSettings } from '../spack/source/settings.ts';
import type { ServiceSettings } from './service-settings.ts';

/** The site's settings, complete: what the file leaves out is filled in. All paths are absolute. */
export type Config = {
  /** File that the settings come from; absent when there is none. */
  readonly file?: string;
  readonly engine: {
    readonly kind: EngineKind | 'auto';
    /** Allows QEMU for platforms that this machine cannot run. */
    readonly emulation: boolean;
    readonly buildah: BuildahSettings;
  };
  readonly base: BaseImage;
  /** What else steps may ask for: what the site lists, or the suites of this machine's distribution. */
  readonly allowedBases: readonly BaseImage[];
  /** Git URL, or path of a git repository or folder. */
  readonly workflowRegistry?: string;
  /** Folder with the site's own files of HPC systems. */
  readonly systemsFolder?: string;
  /** Put before the names of images. */
  readonly imagesPrefix: string;
  /** Absent where images stay on this machine. */
  readonly registry?: RegistryAccess & {
    /** `host[:port][/path]` */
    readonly prefix: string;
    /** Whether SIF files are pushed too. */
    readonly sif: boolean;
  };
  readonly network: {
    readonly proxy: ProxySettings;
    /** PEM bundle that builds trust. */
    readonly caBundle?: string;
    /** Credentials of package mirrors, as apt_auth.conf(5) has them. */
    readonly aptAuthFile?: string;
  };
  readonly sif: SifOptions;
  readonly spack: SpackSettings;
  readonly service: ServiceSettings;
  readonly directories: {
    /** For what outlives a build: base images, checkouts, records of published files. */
    readonly cache: string;
    /** For what does not. */
    readonly work: string;
    /** Where SIF files are put. */
    readonly images: string;
  };
};
