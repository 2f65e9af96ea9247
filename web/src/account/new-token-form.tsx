import { Checkbox, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account } from '../api/client.ts';
import { createToken } from '../api/own-account.ts';
import { DialogForm } from '../shared/dialog-form.tsx';
import { ShownOnce } from '../shared/shown-once.tsx';
import { expiryChoices, toExpiry } from './expiry.ts';

type Scope = Account['scopes'][number];

const meanings: Readonly<Record<Scope, string>> = {
  read: 'See builds, images and logs; download',
  build: 'Ask for builds, cancel and delete them',
  account: 'Change the password, make tokens',
  admin: 'What only administrators may',
};

type Props = {
  /** What one may oneself: a token can have no more. */
  readonly scopes: readonly Scope[];
  readonly onDone: () => void;
};

export function NewTokenForm({ scopes: allowed, onDone }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [days, setDays] = useState<string>('90');
  const [scopes, setScopes] = useState<string[]>(['read', 'build']);
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: () =>
      createToken({ name, scopes: scopes as Scope[], expires_at: toExpiry(days, new Date()) }, client),
  });
  if (data !== undefined) return <ShownOnce label={`Token ${data.name}`} text={data.token} onDone={onDone} />;
  return (
    <DialogForm
      onSubmit={() => mutate()}
      onCancel={onDone}
      submitLabel="Make the token"
      isPending={isPending}
      isDisabled={scopes.length === 0}
      error={error}
    >
      <TextInput
        label="Name"
        description="Where it is used"
        placeholder="laptop"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Select
        label="Ends after"
        data={expiryChoices}
        value={days}
        onChange={(value) => setDays(value ?? '')}
        allowDeselect={false}
      />
      <Checkbox.Group
        label="May"
        value={scopes}
        onChange={setScopes}
        error={scopes.length === 0 ? 'Choose one at least' : undefined}
      >
        <Stack gap="xs" mt={6}>
          {allowed.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} description={meanings[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </DialogForm>
  );
}
