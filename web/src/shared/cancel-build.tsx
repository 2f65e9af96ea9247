import { useQueryClient } from '@tanstack/react-query';
import { cancelBuild } from '../api/build.ts';
import { buildsKey } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { buildName } from './build-name.ts';
import { ConfirmButton } from './confirm-button.tsx';

type Props = {
  readonly build: Build;
  /** On the button; absent: the icon alone, which says which build it cancels. */
  readonly text?: string;
};

/** Stops a build that goes on, after a question. */
export function CancelBuild({ build, text }: Props) {
  const client = useQueryClient();
  const cancel = async () => {
    await cancelBuild(build.id);
    void client.invalidateQueries({ queryKey: buildsKey });
  };
  return (
    <ConfirmButton
      label={text ?? `Cancel the build ${buildName(build)}`}
      {...(text !== undefined && { text })}
      icon="stop"
      verb="Cancel the build"
      keepLabel="Let it go on"
      done={`The build ${buildName(build)} is told to stop`}
      isDisabled={build.cancel_requested}
      action={cancel}
    >
      It stops within seconds, and nothing of it is published. What the engine has finished stays in its
      cache. Who asked for the same build keeps it.
    </ConfirmButton>
  );
}
