import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Digest } from '../oci/digest.ts';
import { digestOf } from '../oci/digest.ts';
import { formatSifUrl, toSifTag } from '../oci/sif-artifact.ts';
import { openRepository, type RegistryAccess } from './access.ts';
import { createRepository, manifestType } from './repository.ts';
import { splitReference } from './split-reference.ts';

/** What Apptainer pulls. @see github.com/apptainer/apptainer, internal/pkg/client/oras: types of SIF artifacts */
const sifTypes = {
  config: 'application/vnd.sylabs.sif.config.v1+json',
  layer: 'application/vnd.sylabs.sif.layer.v1.sif',
} as const;

const readBytes = 2 ** 20;

/** A complete SIF file. */
export type SifToPush = {
  readonly path: string;
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** What clients may save it as. */
  readonly filename: string;
};

/**
 * Pushes a SIF as an artifact beside its image, by digest, then by tag; what is there already is not sent again. The
 * file is read once while it is sent, and the registry checks it against its digest.
 *
 * @param reference Of the image: `registry/repository:tag`; the artifact's tag is `<tag>-sif`.
 * @returns What `apptainer pull` takes, and the digest of the artifact's manifest.
 * @throws REGISTRY_PUSH_FAILED
 * @throws CANCELLED - `signal` was aborted; the tag is not set
 */
export async function pushSif(
  sif: SifToPush,
  reference: string,
  { access, signal }: { readonly access: RegistryAccess; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly url: string; readonly digest: Digest }> {
  const { repository, tag } = splitReference(reference);
  const registry = createRepository(await openRepository(repository, access, signal));
  const { manifest, config, layer } = formatSifManifest(sif);
  const digest = digestOf(manifest);
  if (!(await registry.hasManifest(digest))) {
    if (!(await registry.hasBlob(config.digest))) {
      const open = () => Readable.from([Buffer.from(config.text)]);
      await registry.putBlob(config.digest, { sizeBytes: Buffer.byteLength(config.text), open });
    }
    if (!(await registry.hasBlob(layer))) {
      const open = () => createReadStream(sif.path, { highWaterMark: readBytes });
      await registry.putBlob(layer, { sizeBytes: sif.sizeBytes, open });
    }
    await registry.putManifest(digest, manifest);
  }
  await registry.putManifest(toSifTag(tag), manifest);
  return { url: formatSifUrl(reference), digest };
}

function formatSifManifest({ sha256, sizeBytes, filename }: Omit<SifToPush, 'path'>) {
  const text = '{}';
  const config = { digest: digestOf(text), text };
  const layer: Digest = `sha256:${sha256}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: sifTypes.config, digest: config.digest, size: text.length },
    layers: [
      {
        mediaType: sifTypes.layer,
        digest: layer,
        size: sizeBytes,
        annotations: { 'org.opencontainers.image.title': filename },
      },
    ],
  });
  return { manifest, config, layer };
}
