import { type Fragment, formatDockerfile, toInstructions } from './dockerfile.ts';
import type { GeneratedFile, ImageRecipe } from './recipe.ts';

/** Puts fragments together to what an engine can build. */
export function toImageRecipe(
  place: Pick<ImageRecipe, 'platform' | 'base' | 'contexts' | 'images' | 'writableFolders'>,
  fragments: readonly Fragment[],
  generatedFiles: readonly GeneratedFile[] = [],
): ImageRecipe {
  return {
    ...place,
    instructions: toInstructions(fragments),
    dockerfile: formatDockerfile(fragments),
    generatedFiles,
  };
}
