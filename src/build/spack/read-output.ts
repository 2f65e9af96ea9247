import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltImage } from '../../engine/port.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Platform } from '../../oci/platform.ts';
import type { ResolvedBase } from '../../recipe/base-image.ts';
import { planExtraction } from '../../recipe/spack/concretize.ts';
import { paths } from '../../recipe/spack/paths.ts';
import type { SpackContext } from './spack-context.ts';

type ReadContext = Pick<SpackContext, 'deps' | 'options'> & { readonly platform: Platform };

/**
 * Reads files that a build has left in {@link paths.out}.
 *
 * @param wanted Names in that folder.
 */
export async function readOutput(
  image: BuiltImage,
  wanted: readonly string[],
  context: ReadContext,
): Promise<ReadonlyMap<string, Buffer>> {
  const pinned = await context.deps.engine.pin(image, { signal: context.options.signal });
  const files = await readFilesOf(pinned, { folder: paths.out, names: wanted }, context);
  const missing = wanted.find((name) => !files.has(name));
  if (missing !== undefined) throw new AppError('INTERNAL_ERROR', `a build left no ${missing}`);
  return files;
}

/** Reads files of a folder of an image, by their names in it. */
export async function readFilesOf(
  image: ResolvedBase,
  wanted: { readonly folder: string; readonly names: readonly string[] },
  { deps, options, platform }: ReadContext,
): Promise<ReadonlyMap<string, Buffer>> {
  const { engine } = deps;
  const { signal, workspace } = options;
  const extracted = await engine.build(planExtraction(platform, image, wanted), { signal });
  const layout = join(workspace.directory, `out-${extracted.imageId.slice(-12)}`);
  await mkdir(layout, { recursive: true });
  await engine.exportLayout(extracted, layout, { signal, inPlace: true });
  const { files } = await deps.readImageFiles(layout, (path) => path.startsWith('out/'), { signal });
  return new Map(
    wanted.names.flatMap((name) => {
      const content = files.get(`out/${name}`);
      return content === undefined ? [] : [[name, content] as const];
    }),
  );
}

/** Text of a file in a folder, or undefined when there is none. */
export async function readOptional(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').catch(() => undefined);
}
