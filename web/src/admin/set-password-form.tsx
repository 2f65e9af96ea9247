import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { setPassword } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { ErrorState } from '../shared/error-state.tsx';

type Props = { readonly user: Schemas['User']; readonly onDone: () => void };

export function SetPasswordForm({ user, onDone }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (fields: FormData) => setPassword(user.id, String(fields.get('password'))),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        <PasswordInput
          name="password"
          label="New password"
          description={`12 characters or more. All sessions of ${user.name} end.`}
          autoComplete="new-password"
          minLength={12}
          maxLength={256}
          required
          withAsterisk={false}
          data-autofocus
        />
        {error !== null && <ErrorState error={error} />}
        <Group justify="end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Set it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
