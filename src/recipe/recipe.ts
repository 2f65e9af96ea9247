import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { ResolvedBase } from './base-image.ts';

/** Stages of a build that a Dockerfile instruction can belong to, in the order a user reads them. */
export const recipeStageIds = [
  'base',
  'toolchain',
  'concretize',
  'extract',
  'apt',
  'spack',
  'pip',
  'step',
  'post-install',
  'slim',
  'check',
  'finish',
] as const;

/** What engines report: `test` is for what runs on top of the image and is no part of it. */
export type RecipeStageId = (typeof recipeStageIds)[number] | 'test';

/** One Dockerfile instruction, with the stage that progress displays show it under. */
export type RecipeInstruction = {
  readonly stage: RecipeStageId;
  /** The whole instruction as it stands in the Dockerfile, continuation lines included. */
  readonly text: string;
};

/** A file that the recipe itself brings along (not one of the step's). */
export type GeneratedFile = { readonly path: string; readonly content: string };

/** What an engine makes an image from. */
export type ImageRecipe = {
  readonly platform: Platform;
  readonly base: ResolvedBase;
  readonly instructions: readonly RecipeInstruction[];
  /** The Dockerfile: the instructions, each with the comment that says what it is for. */
  readonly dockerfile: string;
  /** Files of the default build context. */
  readonly generatedFiles: readonly GeneratedFile[];
  /**
   * Further build contexts: absolute paths of local folders, by the name that `COPY --from=` uses.
   * Where they lie is no part of the digest.
   */
  readonly contexts: Readonly<Record<string, string>>;
  /** Folders of this machine that every RUN may write to, by where it finds them; see `Engine.mountsFolders`. */
  readonly writableFolders?: Readonly<Record<string, string>>;
  /** Further build contexts that are images in the engine's store. */
  readonly images?: Readonly<Record<string, ResolvedBase>>;
};

/**
 * What to build, complete: a pure function of request, step, base and site. Two equal recipes have
 * equal digests and give the same image up to what mirrors and package indexes serve that day.
 */
export type Recipe = ImageRecipe & {
  /** Built first, where the final image takes what was built in another one: its context `cic-build`. */
  readonly build?: ImageRecipe;
  /** `spack.yaml`, when the step has a Spack environment. */
  readonly spackYaml?: string;
  readonly names: ImageNames;
  /** Identity of what is built; stored as an image label. */
  readonly digest: Digest;
};

/** The human names of the result. @see contract: Names */
export type ImageNames = {
  /** `<images_prefix><workflow>_<step>_<architecture>_<mpi|nompi>_<gpu|nogpu>` */
  readonly repository: string;
  readonly tag: string;
  /** `<repository without slashes>_v_<tag>.sif` */
  readonly sifFilename: string;
};

/**
 * The build context that holds the step's folder, under the step's name (`COPY --from=cic-step`). The
 * step is not the context's root because BuildKit obeys a `.dockerignore` in the root of any context.
 */
export const stepContextName = 'cic-step';

/** Ids of the secrets that an engine offers to every RUN which mounts them; absent ones are not mounted. */
export const secretIds = {
  /** PEM bundle of certificate authorities that the site trusts. */
  caBundle: 'cic-ca',
  /** Credentials of the site's package mirrors, in the format of `apt_auth.conf(5)`. */
  aptAuth: 'cic-apt-auth',
  /** Credentials of the site's package cache, as `skopeo login --authfile` writes them. */
  packageCache: 'cic-package-cache',
} as const;
