import { NumberInput, Select, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createInvite } from '../api/admin.ts';
import { readBasePath } from '../api/base-path.ts';
import { DialogForm } from '../shared/dialog-form.tsx';
import { ShownOnce } from '../shared/shown-once.tsx';
import { roleChoices } from './roles.ts';

export function NewInviteForm({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const [days, setDays] = useState<number | string>(7);
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (fields: FormData) => {
      const role = fields.get('role') === 'admin' ? 'admin' : 'user';
      return createInvite({ role, days: Number(days) }, client);
    },
  });
  if (data !== undefined) {
    const link = `${location.origin}${readBasePath()}/sign-up?invite=${encodeURIComponent(data.code)}`;
    return (
      <ShownOnce label="Link for the invited" text={link} onDone={onDone}>
        <Text size="sm">Whoever has it makes one account with it: send it to one person only.</Text>
      </ShownOnce>
    );
  }
  return (
    <DialogForm
      onSubmit={mutate}
      onCancel={onDone}
      submitLabel="Make the link"
      isPending={isPending}
      error={error}
    >
      <Select
        name="role"
        label="Role of the account"
        data={roleChoices}
        defaultValue="user"
        allowDeselect={false}
      />
      <NumberInput
        label="Good for"
        suffix=" days"
        value={days}
        onChange={setDays}
        min={1}
        max={365}
        allowDecimal={false}
        required
        withAsterisk={false}
      />
    </DialogForm>
  );
}
