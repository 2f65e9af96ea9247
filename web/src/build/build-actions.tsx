import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { buildQuery, deleteBuild, rebuild } from '../api/build.ts';
import { buildsKey, isActive } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { CancelBuild } from '../shared/cancel-build.tsx';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { Icon } from '../shared/icons.tsx';
import classes from './build-actions.module.css';

type Props = {
  readonly build: Build;
  /** Told what the service says against it; null when it is tried. */
  readonly onError: (error: unknown) => void;
};

/** Cancel what goes on; build again or delete what has ended. */
export function BuildActions({ build, onError }: Props) {
  return (
    <Group className={classes['actions']}>
      {isActive(build) ? (
        <CancelBuild build={build} text="Cancel the build" />
      ) : (
        <>
          <RebuildButton build={build} onError={onError} />
          <Button
            component={Link}
            to={`/new?from=${build.id}`}
            variant="default"
            leftSection={<Icon name="pencil" />}
          >
            Change and build
          </Button>
          <DeleteButton build={build} />
        </>
      )}
    </Group>
  );
}

function RebuildButton({ build, onError }: Props) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => rebuild(build.id),
    onMutate: () => onError(null),
    onError,
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: buildsKey });
      void navigate(`/builds/${id}`);
    },
  });
  return (
    <Button leftSection={<Icon name="repeat" />} loading={isPending} onClick={() => mutate()}>
      Build again
    </Button>
  );
}

function DeleteButton({ build }: Pick<Props, 'build'>) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const remove = async () => {
    await deleteBuild(build.id);
    await navigate('/builds', { replace: true });
    client.removeQueries({ queryKey: buildQuery(build.id).queryKey });
    void client.invalidateQueries({ queryKey: buildsKey });
  };
  return (
    <ConfirmButton label="Delete this build" text="Delete" verb="Delete" keepLabel="Keep it" action={remove}>
      Its log and its files are gone then. Its image stays: it is among the images.
    </ConfirmButton>
  );
}
