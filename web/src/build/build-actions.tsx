import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { buildQuery, cancelBuild, deleteBuild, rebuild } from '../api/build.ts';
import { buildsKey, isActive } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { Icon } from '../shared/icons.tsx';

type Props = {
  readonly build: Build;
  /** Told what the service says against it; null when it is tried. */
  readonly onError: (error: unknown) => void;
};

/** Cancel what goes on; build again or delete what has ended. */
export function BuildActions({ build, onError }: Props) {
  return (
    <Group gap="xs">
      {isActive(build) ? (
        <CancelButton build={build} />
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

function CancelButton({ build }: Pick<Props, 'build'>) {
  const client = useQueryClient();
  const cancel = async () => {
    await cancelBuild(build.id);
    await client.invalidateQueries({ queryKey: buildsKey });
  };
  return (
    <ConfirmButton
      label="Cancel the build"
      text="Cancel the build"
      icon="stop"
      verb="Cancel the build"
      keepLabel="Let it go on"
      isDisabled={build.cancel_requested}
      action={cancel}
    >
      It stops within seconds, and nothing of it is published. What the engine has finished stays in its
      cache. Who asked for the same build keeps it.
    </ConfirmButton>
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
