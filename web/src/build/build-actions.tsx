import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
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
        <CancelButton build={build} onError={onError} />
      ) : (
        <>
          <RebuildButton build={build} onError={onError} />
          <DeleteButton build={build} onError={onError} />
        </>
      )}
    </Group>
  );
}

function CancelButton({ build, onError }: Props) {
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancelBuild(build.id),
    onMutate: () => onError(null),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: buildsKey }),
  });
  return (
    <ConfirmButton
      label="Cancel the build"
      question="Cancel this build?"
      keepLabel="Let it go on"
      leftSection={<Icon name="stop" />}
      disabled={build.cancel_requested}
      loading={isPending}
      onConfirm={mutate}
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

function DeleteButton({ build, onError }: Props) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => deleteBuild(build.id),
    onMutate: () => onError(null),
    onError,
    onSuccess: async () => {
      await navigate('/builds', { replace: true });
      client.removeQueries({ queryKey: buildQuery(build.id).queryKey });
      void client.invalidateQueries({ queryKey: buildsKey });
    },
  });
  return (
    <ConfirmButton
      label="Delete"
      question="Delete this build?"
      keepLabel="Keep it"
      leftSection={<Icon name="trash" />}
      loading={isPending}
      onConfirm={mutate}
    >
      Its log and its files are gone then. Its image stays: it is among the images.
    </ConfirmButton>
  );
}
