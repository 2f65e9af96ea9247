import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import type { ResolvedBase } from '../../recipe/base-image.ts';
import { formatCanonicalJson } from '../../recipe/canonical-json.ts';
import { planToolchain, type ToolchainInput } from '../../recipe/spack/toolchain.ts';
import type { SpackContext } from './spack-context.ts';
import type { PreparedTools } from './spack-port.ts';

export type Toolchain = {
  readonly image: ResolvedBase;
  /** Identity of what it is made from; the same on every machine. */
  readonly key: Digest;
};

/**
 * The image in which environments are solved and built: made when the engine has none for this base image
 * and this Spack, which takes some minutes.
 */
export async function ensureToolchain(
  input: Omit<ToolchainInput, 'context'>,
  prepared: PreparedTools,
  { deps, options, spack }: SpackContext,
): Promise<Toolchain> {
  const { engine } = deps;
  const { signal, stages, workspace } = options;
  const key = keyOf(input);
  const name = `localhost/cic/toolchain:${digestHex(key).slice(0, 32)}`;
  const find = async () => {
    const imageId = await engine.findTagged(name, { signal });
    return imageId === undefined ? undefined : engine.pin({ imageId }, { signal });
  };
  const make = async () => {
    const context = join(workspace.directory, 'spack');
    await copySources(prepared, context);
    const image = await engine.build(planToolchain({ ...input, context }), { signal, onEvent: stages.emit });
    await engine.tag(image, name, { signal });
    return engine.pin(image, { signal });
  };
  const found = await find();
  const image = found ?? (await spack.withToolchainLock(async () => (await find()) ?? make(), { signal }));
  return { image, key };
}

/** How the site reaches the network is no part of it; which files are copied the instructions do not tell. */
function keyOf(input: Omit<ToolchainInput, 'context'>): Digest {
  const network = { hasCaBundle: false, hasAptAuth: false };
  const { instructions, generatedFiles } = planToolchain({ ...input, network, context: '' });
  const { version, identity } = input.spack;
  const spack = { version, identity };
  return digestOf(formatCanonicalJson({ base: input.base.digest, spack, instructions, generatedFiles }));
}

/** Below a folder of its own each: BuildKit obeys a `.dockerignore` in the root of a context, and Spack has one. */
async function copySources({ folders }: PreparedTools, target: string): Promise<void> {
  const copies = {
    spack: folders.spack,
    ...(folders.packages && { 'packages/repos/spack_repo/builtin': folders.packages }),
  };
  for (const [name, folder] of Object.entries(copies)) {
    await cp(folder, join(target, name), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      verbatimSymlinks: true,
      filter: (source) => basename(source) !== '.git' && basename(source) !== '__pycache__',
    });
  }
}
