import { AppError } from '../../errors/app-error.ts';
import { type GitAddress, parseGitAddress } from '../../git/address.ts';
import { maskCredentials } from '../../git/git.ts';

/** Where a workflow registry is. */
export type RegistryAddress = Exclude<GitAddress, { kind: 'refused' }>;

/**
 * Reads the address of a workflow registry.
 *
 * @throws STEP_REGISTRY_INVALID - another transport, or something git could take for an option
 */
export function parseRegistryAddress(text: string): RegistryAddress {
  const address = parseGitAddress(text);
  if (address.kind !== 'refused') return address;
  const shown = maskCredentials(text);
  throw new AppError(
    'STEP_REGISTRY_INVALID',
    `the workflow registry ${JSON.stringify(shown)} is refused: ${address.reason}`,
    { hint: 'use https://…, ssh://…, user@host:path, file:///… or the path of a local folder' },
  );
}
