import { digestHex } from '../../oci/digest.ts';
import { type Archive, openArchive } from './archive.ts';
import { type BlobStore, missingBlob } from './blob-store.ts';
import type { ImageSource } from './image-source.ts';
import { openLayoutImage, type Selection } from './layout.ts';

/** Opens an image of an OCI image layout that is packed into a tar archive. */
export async function openOciArchive(path: string, selection: Selection): Promise<ImageSource> {
  const archive = await openArchive(path);
  try {
    return await openLayoutImage(toBlobStore(archive), await archive.readText('index.json'), selection);
  } catch (error) {
    await archive.close();
    throw error;
  }
}

function toBlobStore(archive: Archive): BlobStore {
  return {
    async open(digest) {
      const range = archive.find(`blobs/sha256/${digestHex(digest)}`);
      if (range === undefined) throw missingBlob(digest);
      return range;
    },
    close: () => archive.close(),
  };
}
