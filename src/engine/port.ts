import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { BaseImage, ResolvedBase } from '../recipe/base-image.ts';
import type { ImageRecipe, RecipeInstruction } from '../recipe/recipe.ts';
import type { EngineEventListener } from './events.ts';

export const engineKinds = ['buildah', 'buildx'] as const;
export type EngineKind = (typeof engineKinds)[number];

/** Whether an engine can be used on this machine now. */
export type EngineStatus =
  | { readonly usable: true; readonly version: string; readonly platforms: readonly Platform[] }
  | { readonly usable: false; readonly reason: string; readonly hint: string };

export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EngineEventListener | undefined;
};

export type BuildOptions = CallOptions & { readonly noCache?: boolean | undefined };

export type ExportOptions = CallOptions & { readonly inPlace?: boolean | undefined };

/** An image in the engine's own store, untagged until {@link Engine.tag} names it. */
export type BuiltImage = {
  /** The engine's own image ID: a digest of the image's config (buildah) or manifest (buildx). */
  readonly imageId: Digest;
};

/** What to run on top of an image. */
export type ImageRun = {
  readonly image: BuiltImage;
  /** Folder that {@link Engine.exportLayout} filled with the image, and the digest that it answered. */
  readonly layout: string;
  readonly manifestDigest: Digest;
  readonly platform: Platform;
  /** The first one is `FROM cic-base`, which here means the image. */
  readonly instructions: readonly RecipeInstruction[];
};

/**
 * What builds images. Both adapters (buildah, buildx) pass the same contract suite.
 *
 * Nothing is named before {@link tag}: a build that fails, is cancelled or is killed leaves no tag, no
 * working container and no temporary file; layers that were finished stay in the engine's cache.
 */
export interface Engine {
  readonly kind: EngineKind;

  /** Whether RUN instructions can write into folders of this machine ({@link ImageRecipe.writableFolders}). */
  readonly mountsFolders: boolean;

  /** Never throws for an engine that is absent: that is an answer. */
  check(options?: CallOptions): Promise<EngineStatus>;

  /**
   * Pins a base image: makes or pulls it when the engine lacks it.
   *
   * @throws ENGINE_BASE_UNAVAILABLE - no such image, registry unreachable, mirror unreachable
   */
  resolveBase(
    base: BaseImage,
    platform: Platform,
    options?: CallOptions & { readonly refresh?: boolean | undefined },
  ): Promise<ResolvedBase>;

  /**
   * Builds a recipe.
   *
   * @throws ENGINE_BUILD_FAILED - an instruction failed; `details` has `stage`, `instruction`, `exitCode`, `lastLines`
   * @throws ENGINE_UNAVAILABLE - the engine is not there, or died during the build
   * @throws CANCELLED - `options.signal` was aborted; nothing is left running
   */
  build(recipe: ImageRecipe, options?: BuildOptions): Promise<BuiltImage>;

  /**
   * Writes the image as an OCI image layout (uncompressed layers where the engine can) into an empty folder.
   * With `inPlace`, layers may stay where they are in the engine's store, for as long as the image does;
   * `oci/external-layers.ts` says where.
   *
   * @returns Digest of the image manifest.
   * @throws ENGINE_EXPORT_FAILED - the image is gone, or the disk is full
   */
  exportLayout(image: BuiltImage, directory: string, options?: ExportOptions): Promise<Digest>;

  /**
   * Runs instructions on top of an image, in the image's own environment: without secrets, contexts and the
   * site's proxy. The image stays as it is, and nothing is kept but entries of the engine's cache.
   *
   * @throws ENGINE_BUILD_FAILED, ENGINE_UNAVAILABLE, CANCELLED - as {@link build}
   */
  runOn(run: ImageRun, options?: BuildOptions): Promise<void>;

  /** Lets the image be the base of other recipes, or one of their {@link ImageRecipe.images}. */
  pin(image: BuiltImage, options?: CallOptions): Promise<ResolvedBase>;

  /** Gives the image a name in the engine's store, taking it from the image that had it before. */
  tag(image: BuiltImage, reference: string, options?: CallOptions): Promise<void>;

  /** The image ID behind a name in the engine's store, or undefined. */
  findTagged(reference: string, options?: CallOptions): Promise<Digest | undefined>;
}
