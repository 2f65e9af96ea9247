import { type Digest, digestOf } from '../oci/digest.ts';
import { formatPlatform, type Platform } from '../oci/platform.ts';
import type { ResolvedBase } from './base-image.ts';
import { formatCanonicalJson } from './canonical-json.ts';
import type { Fragment } from './dockerfile.ts';
import type { GeneratedFile, ImageRecipe } from './recipe.ts';

/** Raised when the same instructions come to mean something else, such as a new base image layout. */
const recipeFormatVersion = 1;

export type DigestInput = {
  readonly platform: Platform;
  readonly base: ResolvedBase;
  readonly stepTreeHash?: Digest;
  /** Without the labels, which carry the digest. */
  readonly fragments: readonly Fragment[];
  readonly generatedFiles: readonly GeneratedFile[];
  /** Where there is a Spack environment: identity of the image that it is built in. */
  readonly toolchainKey?: Digest;
  /** What is built in another image before. */
  readonly build?: ImageRecipe;
};

/**
 * Identity of what is built: everything that decides the image's content, and nothing that only names
 * it. Two requests whose code names mean the same microarchitecture have the same digest.
 */
export function digestRecipe(input: DigestInput): Digest {
  return digestOf(
    formatCanonicalJson({
      formatVersion: recipeFormatVersion,
      platform: formatPlatform(input.platform),
      base: input.base.digest,
      step: input.stepTreeHash ?? null,
      instructions: input.fragments.flatMap((fragment) => fragment.instructions),
      generatedFiles: input.generatedFiles,
      ...(input.toolchainKey && { toolchain: input.toolchainKey }),
      ...(input.build && {
        build: {
          instructions: input.build.instructions.map(({ text }) => text),
          generatedFiles: input.build.generatedFiles,
        },
      }),
    }),
  );
}
