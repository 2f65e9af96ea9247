import type { Digest } from '../oci/digest.ts';
import { openRepository, type RegistryAccess } from './access.ts';
import { createRepository } from './repository.ts';
import { splitReference } from './split-reference.ts';

/**
 * Whether a name in a registry stands for this very manifest: then nothing is to be pushed.
 *
 * @param reference `registry/repository:tag`
 * @throws REGISTRY_PUSH_FAILED - the registry is out of reach or refuses
 * @see OCI distribution-spec v1.1, Checking if content exists in the registry
 */
export async function isPushed(
  reference: string,
  digest: Digest,
  { access, signal }: { readonly access: RegistryAccess; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const { repository, tag } = splitReference(reference);
  const registry = createRepository(await openRepository(repository, access, signal));
  return (await registry.findDigest(tag)) === digest;
}
