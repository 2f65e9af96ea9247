import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestHex, digestOf } from '../oci/digest.ts';
import type { Artifact, ArtifactIndex, ArtifactKey } from './artifact.ts';

type Entry = { readonly artifact: Artifact; readonly mtimeMs: number };

/**
 * Keeps one small JSON file per artifact in a folder. A file that was changed, replaced or removed
 * since is not found: size and modification time are compared, its bytes are not read again.
 */
export function createDiskArtifactIndex(directory: string): ArtifactIndex {
  const entryPath = (key: ArtifactKey) => join(directory, `${digestHex(digestOf(JSON.stringify(key)))}.json`);
  return {
    async find(key) {
      const entry = await readEntry(entryPath(key));
      return entry !== undefined && (await isUnchanged(entry)) ? entry.artifact : undefined;
    },
    async record(key, artifact) {
      const { mtimeMs } = await stat(artifact.path);
      const entry: Entry = { artifact, mtimeMs };
      await mkdir(directory, { recursive: true });
      const partial = `${entryPath(key)}.${process.pid}.partial`;
      await writeFile(partial, JSON.stringify(entry));
      await rename(partial, entryPath(key));
    },
  };
}

async function isUnchanged({ artifact, mtimeMs }: Entry): Promise<boolean> {
  try {
    const found = await stat(artifact.path);
    return found.size === artifact.sizeBytes && found.mtimeMs === mtimeMs;
  } catch {
    return false;
  }
}

/** A damaged entry is no entry: the worst it costs is one conversion. */
async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Entry;
  } catch {
    return undefined;
  }
}
