import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { isAppError } from '../../../src/errors/app-error.ts';
import { workflowsQuery } from '../api/catalog.ts';
import type { Schemas } from '../api/client.ts';
import { type BuildRequest, validationQuery } from '../api/requests.ts';
import type { BuildForm } from './form.ts';
import {
  dropOutdated,
  type FieldNotes,
  hasErrors,
  mergeNotes,
  noteOfError,
  notesOfMissing,
  notesOfRegistry,
  notesOfService,
} from './problems.ts';

const typingMs = 300;

export type Checked = {
  readonly notes: FieldNotes;
  /** Nothing is known against it. What was typed a moment ago the service says when it is asked for the build. */
  readonly mayBeAskedFor: boolean;
  /** The last answer of the service; undefined until there is one. */
  readonly validation: Schemas['Validation'] | undefined;
  /** Why the service could not be asked. */
  readonly error: unknown;
  readonly retry: () => void;
  /** What the registry has at the version that is asked for. */
  readonly registry: Registry;
};

export type Registry = {
  readonly listing: Schemas['WorkflowList'] | undefined;
  readonly isLoading: boolean;
  /** Why it cannot be looked into; not for a version that it has not. */
  readonly error: unknown;
  readonly retry: () => void;
};

/** What is wrong with the form, asked for when the reader has stopped typing. */
export function useNotes(form: BuildForm, request: BuildRequest): Checked {
  const text = JSON.stringify(request);
  const [settled] = useDebouncedValue(text, typingMs);
  const [version] = useDebouncedValue(form.version.trim() || 'latest', typingMs);
  const validation = useQuery(validationQuery(JSON.parse(settled)));
  const { data, error, isPlaceholderData: isOlder } = validation;
  const workflows = useQuery(workflowsQuery(version));
  const { data: listing, isLoading, error: registryError } = workflows;
  const isVersionFault = isAppError(registryError, 'STEP_VERSION_NOT_FOUND', 'API_MALFORMED');
  const missing = notesOfMissing(form);
  const isCurrent = settled === text && !isOlder && error === null;
  const notes = mergeNotes(
    missing,
    data ? dropOutdated(notesOfService(data.validation.problems), data.request, request) : {},
    isVersionFault ? { version: noteOfError(registryError) } : {},
    listing === undefined ? {} : notesOfRegistry(form, listing.items),
  );
  return {
    notes,
    mayBeAskedFor: !hasErrors(isCurrent ? notes : missing),
    validation: data?.validation,
    error,
    retry: () => void validation.refetch(),
    registry: {
      listing,
      isLoading,
      error: isVersionFault ? null : registryError,
      retry: () => void workflows.refetch(),
    },
  };
}
