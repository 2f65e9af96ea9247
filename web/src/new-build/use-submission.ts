import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { isAppError } from '../../../src/errors/app-error.ts';
import { buildsKey } from '../api/builds.ts';
import { askForBuild, askForPlan, type BuildRequest, validationKey } from '../api/requests.ts';

/** Asks for the build, and goes to its page; or for a dry run, which stays here. */
export function useSubmission() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: buildsKey });
    void client.invalidateQueries({ queryKey: validationKey });
  };
  const build = useMutation({
    mutationFn: askForBuild,
    onSuccess: ({ id }) => {
      refresh();
      void navigate(`/builds/${id}`);
    },
  });
  const plan = useMutation({ mutationFn: askForPlan, onSuccess: refresh });
  const planned: Planned | undefined = plan.data &&
    plan.variables && { id: plan.data.id, request: plan.variables };
  const error = [build.error, plan.error].find((one) => one !== null && !isOfField(one)) ?? null;
  return { build, plan, planned, error } as const;
}

type Planned = { readonly id: string; readonly request: BuildRequest };

/** What is wrong with fields stands beside them; all else is told as what it is. */
function isOfField(error: unknown): boolean {
  return isAppError(error, 'REQUEST_INVALID') && Array.isArray(error.details['problems']);
}
