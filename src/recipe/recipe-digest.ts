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
  /** What is built in another image, and identity of the image that it is built in. */
  readonly build?: { readonly recipe: ImageRecipe; readonly toolchainKey: Digest };
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
      ...(input.build && {
        build: {
          toolchain: input.build.toolchainKey,
          instructions: input.build.recipe.instructions.map(({ text }) => text),
          generatedFiles: input.build.recipe.generatedFiles,
        },
      }),
    }),
  );
}
