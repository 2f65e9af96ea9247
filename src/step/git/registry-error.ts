import { AppError } from '../../errors/app-error.ts';
import { explainGitFailure } from '../../git/git.ts';

/** A failure of git as one about the registry, without credentials. */
export function toRegistryError(error: unknown, registry: string): unknown {
  const failure = explainGitFailure(error);
  if (failure === undefined) return error;
  const { reason, hint, lastLines } = failure;
  return new AppError(
    'STEP_REGISTRY_UNREACHABLE',
    `the workflow registry ${registry} cannot be read: ${reason}`,
    {
      hint:
        hint ??
        'check its address, the network and the proxy; a commit that was fetched before works offline',
      details: { registry, lastLines },
    },
  );
}
