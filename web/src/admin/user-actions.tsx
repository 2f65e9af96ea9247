import { Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { deleteUser } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { useSession } from '../app/session.ts';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { DialogButton } from '../shared/dialog-button.tsx';
import { SetPasswordForm } from './set-password-form.tsx';
import { UserForm } from './user-form.tsx';

/** What can be done to a user; less to oneself, who would be locked out. */
export function UserActions({ user }: { readonly user: Schemas['User'] }) {
  const client = useQueryClient();
  const isOneself = useSession().user.id === user.id;
  return (
    <Group gap={4} wrap="nowrap" justify="end">
      <DialogButton look="icon" icon="pencil" label={`Change ${user.name}`}>
        {(close) => <UserForm user={user} isOneself={isOneself} onDone={close} />}
      </DialogButton>
      {!isOneself && (
        <>
          <DialogButton look="icon" icon="key" label={`Set the password of ${user.name}`}>
            {(close) => <SetPasswordForm user={user} onDone={close} />}
          </DialogButton>
          <ConfirmButton
            label={`Delete the user ${user.name}`}
            verb="Delete"
            action={() => deleteUser(user.id, client)}
          >
            Sessions and tokens end. Builds that nobody else has asked for are cancelled where they have not
            ended, and stay for administrators, as images do. To keep somebody out for a while, disable the
            account.
          </ConfirmButton>
        </>
      )}
    </Group>
  );
}
