import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { signUp } from '../api/account.ts';
import { explainSignIn } from './sign-in-error.ts';

type Props = {
  /** Code of an invitation that the address brought. */
  readonly invite: string | undefined;
  readonly needsInvite: boolean;
};

export function SignUpForm({ invite, needsInvite }: Props) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (fields: FormData) => {
      const code = String(fields.get('invite') ?? '').trim();
      const name = String(fields.get('name'));
      const password = String(fields.get('password'));
      return signUp({ name, password, ...(code !== '' && { invite: code }) }, client);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        {(needsInvite || invite !== undefined) && (
          <TextInput
            name="invite"
            label="Invitation"
            description="The code that an administrator gave you"
            defaultValue={invite}
            required={needsInvite}
            autoComplete="off"
          />
        )}
        <TextInput
          name="name"
          label="User name"
          description="Letters, digits and . _ - @ +"
          autoComplete="username"
          autoCapitalize="none"
          maxLength={64}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="password"
          label="Password"
          description="12 characters or more"
          autoComplete="new-password"
          minLength={12}
          maxLength={256}
          required
          withAsterisk={false}
        />
        {error !== null && (
          <Alert color="red" role="alert">
            {explainSignIn(error)}
          </Alert>
        )}
        <Button type="submit" loading={isPending} fullWidth>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}
