import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { signIn } from '../api/account.ts';
import { explainSignIn } from './sign-in-error.ts';

/** Not controlled: password managers fill fields in without telling anybody. */
export function SignInForm() {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (fields: FormData) =>
      signIn({ name: String(fields.get('name')), password: String(fields.get('password')) }, client),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        <TextInput
          name="name"
          label="User name"
          autoComplete="username"
          autoCapitalize="none"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          name="password"
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        {error !== null && (
          <Alert color="red" role="alert">
            {explainSignIn(error)}
          </Alert>
        )}
        <Button type="submit" loading={isPending} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
