import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltImage } from '../../engine/port.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Platform } from '../../oci/platform.ts';
import { planExtraction } from '../../recipe/spack/concretize.ts';
import { paths } from '../../recipe/spack/paths.ts';
import type { SpackContext } from './spack-context.ts';

/**
 * Reads files that a build has left in {@link paths.out}.
 *
 * @param wanted Names in that folder.
 */
export async function readOutput(
  image: BuiltImage,
  wanted: readonly string[],
  { deps, options, platform }: Pick<SpackContext, 'deps' | 'options'> & { readonly platform: Platform },
): Promise<ReadonlyMap<string, Buffer>> {
  const { engine } = deps;
  const { signal, workspace } = options;
  const pinned = await engine.pin(image, { signal });
  const recipe = planExtraction(platform, pinned, { folder: paths.out, names: wanted });
  const extracted = await engine.build(recipe, { signal });
  const layout = join(workspace.directory, `out-${image.imageId.slice(-12)}`);
  await mkdir(layout, { recursive: true });
  await engine.exportLayout(extracted, layout, { signal, inPlace: true });
  const { files } = await deps.readImageFiles(layout, (path) => path.startsWith('out/'), { signal });
  return new Map(
    wanted.map((name) => {
      const content = files.get(`out/${name}`);
      if (content === undefined) throw new AppError('INTERNAL_ERROR', `a build left no ${name}`);
      return [name, content];
    }),
  );
}

/** Text of a file in a folder, or undefined when there is none. */
export async function readOptional(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').catch(() => undefined);
}
