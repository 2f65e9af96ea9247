import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestHex } from '../../oci/digest.ts';
import type { Engine } from '../port.ts';

/** Remembers when an image of the engine's store was used: neither engine does, and images are dated by their sources. */
export type ImageUses = {
  /** @param key Hex digits of an image's ID, or what its name ends with. */
  record(key: string): Promise<void>;
  /** Milliseconds since 1970; undefined for what was never seen. */
  lastUse(key: string): Promise<number | undefined>;
  forget(key: string): Promise<void>;
};

/** An empty file for each image. */
export function createImageUses(folder: string): ImageUses {
  const path = (key: string) => join(folder, key.replaceAll(/[^A-Za-z0-9._-]/g, '_'));
  return {
    async record(key) {
      await mkdir(folder, { recursive: true });
      const now = new Date();
      await utimes(path(key), now, now).catch(() => writeFile(path(key), ''));
    },
    lastUse: async (key) => (await stat(path(key)).catch(() => undefined))?.mtimeMs,
    forget: (key) => rm(path(key), { force: true }),
  };
}

/** The same engine; what it makes and starts from is recorded. Failures to do so are no reason to fail a build. */
export function recordUses(engine: Engine, uses: ImageUses): Engine {
  const record = (...keys: readonly string[]) =>
    Promise.all(keys.map((key) => uses.record(key))).catch(() => undefined);
  return {
    ...engine,
    async resolveBase(base, platform, call) {
      const resolved = await engine.resolveBase(base, platform, call);
      await record(digestHex(resolved.digest));
      return resolved;
    },
    async build(recipe, call) {
      const used = [recipe.base, ...Object.values(recipe.images ?? {})].map(({ digest }) =>
        digestHex(digest),
      );
      await record(...used);
      const image = await engine.build(recipe, call);
      await record(digestHex(image.imageId), ...used);
      return image;
    },
    async pin(image, call) {
      const resolved = await engine.pin(image, call);
      await record(digestHex(image.imageId), digestHex(resolved.digest));
      return resolved;
    },
    async findTagged(reference, call) {
      const found = await engine.findTagged(reference, call);
      if (found !== undefined) await record(digestHex(found));
      return found;
    },
  };
}
