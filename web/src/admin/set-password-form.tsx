import { PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { setPassword } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { DialogForm } from '../shared/dialog-form.tsx';

type Props = { readonly user: Schemas['User']; readonly onDone: () => void };

export function SetPasswordForm({ user, onDone }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (fields: FormData) => setPassword(user.id, String(fields.get('password'))),
    onSuccess: onDone,
  });
  return (
    <DialogForm onSubmit={mutate} onCancel={onDone} submitLabel="Set it" isPending={isPending} error={error}>
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
    </DialogForm>
  );
}
