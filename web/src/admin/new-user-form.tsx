import { Select, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createUser } from '../api/admin.ts';
import { DialogForm } from '../shared/dialog-form.tsx';
import { ShownOnce } from '../shared/shown-once.tsx';
import { roleChoices } from './roles.ts';

export function NewUserForm({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (fields: FormData) => {
      const role = fields.get('role') === 'admin' ? 'admin' : 'user';
      return createUser({ name: String(fields.get('name')), role }, client);
    },
  });
  if (data?.password !== undefined) {
    return (
      <ShownOnce label={`Password of ${data.name}`} text={data.password} onDone={onDone}>
        <Text size="sm">It can be changed on the page Account.</Text>
      </ShownOnce>
    );
  }
  return (
    <DialogForm
      onSubmit={mutate}
      onCancel={onDone}
      submitLabel="Make the account"
      isPending={isPending}
      error={error}
    >
      <TextInput
        name="name"
        label="User name"
        description="Letters, digits and . _ - @ +"
        autoComplete="off"
        autoCapitalize="none"
        maxLength={64}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Select name="role" label="Role" data={roleChoices} defaultValue="user" allowDeselect={false} />
      <Text size="sm" c="dimmed">
        A password is made up, and shown once. Those who shall choose their own get an invitation.
      </Text>
    </DialogForm>
  );
}
