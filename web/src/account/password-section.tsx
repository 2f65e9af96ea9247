import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { isAppError } from '../../../src/errors/app-error.ts';
import type { Account } from '../api/client.ts';
import { changePassword } from '../api/own-account.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { Section } from '../shared/section.tsx';
import { toSentence } from '../shared/sentence.ts';

export function PasswordSection({ account }: { readonly account: Account }) {
  return (
    <Section title="Password">
      {account.has_password ? (
        <PasswordForm userName={account.user.name} />
      ) : (
        <Text>You sign in by your organisation: there is no password to change here.</Text>
      )}
    </Section>
  );
}

function PasswordForm({ userName }: { readonly userName: string }) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: (fields: FormData) => {
      const [old, next] = [String(fields.get('old')), String(fields.get('new'))];
      return changePassword({ old_password: old, new_password: next }, client);
    },
    onSuccess: () => form.current?.reset(),
  });
  const isOldWrong = isAppError(error, 'ACCOUNT_PASSWORD_WRONG');
  const isNewRefused = isAppError(error, 'ACCOUNT_INVALID');
  const words = isAppError(error) ? [error.message, error.hint ?? ''].map(toSentence).join(' ') : '';
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(new FormData(event.currentTarget));
      }}
    >
      <Stack maw="24rem">
        {/* Password managers want to know whose it is. */}
        <input type="text" autoComplete="username" value={userName} readOnly hidden />
        <PasswordInput
          name="old"
          label="Old password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          error={isOldWrong ? 'This is not your password' : undefined}
        />
        <PasswordInput
          name="new"
          label="New password"
          description="12 characters or more. All your other sessions end; API tokens stay."
          autoComplete="new-password"
          minLength={12}
          maxLength={256}
          required
          withAsterisk={false}
          error={isNewRefused ? words : undefined}
        />
        {error !== null && !isOldWrong && !isNewRefused && <ErrorState error={error} />}
        {isSuccess && (
          <Alert color="green" variant="light" role="status">
            The password is changed, and all your other sessions have ended.
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={isPending}>
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
