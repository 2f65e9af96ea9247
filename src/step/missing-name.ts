import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';

/** The error for a folder that a registry lacks; it says what there is instead. */
export function missingNameError(
  place: string,
  name: string,
  { commit, names }: { readonly commit?: string; readonly names: readonly string[] },
): AppError {
  const nearest = findNearestName(name, names);
  const version = commit === undefined ? '' : ` at commit ${commit.slice(0, 12)}`;
  const list =
    names.length === 0 ? 'it has no folders' : `choose one that it has: ${names.slice(0, 20).join(', ')}`;
  return new AppError('STEP_NOT_FOUND', `${place} has no folder "${name}"${version}`, {
    hint: nearest === undefined ? list : `did you mean "${nearest}"?`,
    details: { name, names: names.slice(0, 100), ...(nearest !== undefined && { nearest }) },
  });
}
