import { NumberInput, Select, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeUser } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { DialogForm } from '../shared/dialog-form.tsx';
import { type QuotaFields, readQuotaFields, toQuotaFields } from './quota.ts';
import { roleChoices } from './roles.ts';
import { toUserChange } from './user-change.ts';

type User = Schemas['User'];
type Props = { readonly user: User; readonly isOneself: boolean; readonly onDone: () => void };

export function UserForm({ user: current, isOneself, onDone }: Props) {
  const client = useQueryClient();
  // The list is asked for again while the form is open.
  const [user] = useState(current);
  const [role, setRole] = useState<User['role']>(user.role);
  const [isDisabled, setDisabled] = useState(user.disabled);
  const [quota, setQuota] = useState(toQuotaFields(user.quota));
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const form = { role, disabled: isDisabled, quota: readQuotaFields(quota) };
      return changeUser(user.id, toUserChange(user, form), client);
    },
    onSuccess: onDone,
  });
  return (
    <DialogForm
      onSubmit={() => mutate()}
      onCancel={onDone}
      submitLabel="Save"
      isPending={isPending}
      error={error}
    >
      <Select
        label="Role"
        data={roleChoices}
        value={role}
        onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
        allowDeselect={false}
        disabled={isOneself}
        description={isOneself ? 'Another administrator changes yours' : undefined}
      />
      <Switch
        label="Disabled"
        description="May not sign in; builds and images stay"
        checked={isDisabled}
        onChange={(event) => setDisabled(event.currentTarget.checked)}
        disabled={isOneself}
      />
      <LimitFields quota={quota} onChange={setQuota} />
    </DialogForm>
  );
}

type LimitFieldsProps = {
  readonly quota: QuotaFields;
  readonly onChange: (quota: QuotaFields) => void;
};

function LimitFields({ quota, onChange }: LimitFieldsProps) {
  const limit = { min: 0, allowDecimal: false, allowNegative: false, placeholder: 'As for everybody' };
  return (
    <>
      <Text size="sm" c="dimmed">
        Limits of their own; an empty field is the limit of the service, for administrators none.
      </Text>
      <NumberInput
        {...limit}
        label="Builds that run at a time"
        min={1}
        value={quota.running}
        onChange={(running) => onChange({ ...quota, running })}
      />
      <NumberInput
        {...limit}
        label="Builds that wait"
        value={quota.queued}
        onChange={(queued) => onChange({ ...quota, queued })}
      />
      <NumberInput
        {...limit}
        label="SIF files"
        suffix=" GB"
        allowDecimal
        value={quota.storedGigabytes}
        onChange={(storedGigabytes) => onChange({ ...quota, storedGigabytes })}
      />
    </>
  );
}
