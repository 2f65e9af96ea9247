import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Account, Schemas } from '../api/client.ts';
import { revokeToken, tokensQuery } from '../api/own-account.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { DialogButton } from '../shared/dialog-button.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { PhoneLabel } from '../shared/phone-label.tsx';
import { Section } from '../shared/section.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import { NewTokenForm } from './new-token-form.tsx';

type Token = Schemas['Token'];

export function TokensSection({ account }: { readonly account: Account }) {
  const query = useQuery(tokensQuery);
  return (
    <Section
      title="API tokens"
      about={
        <>
          For the command line and for scripts: a token stands for your password, with less power and an end.
          What it may ask for is in the{' '}
          <Anchor href="api/v1/docs/" underline="always">
            documentation of the API
          </Anchor>
          .
        </>
      }
      actions={
        <DialogButton label="New token" icon="key">
          {(close) => <NewTokenForm scopes={account.scopes} onDone={close} />}
        </DialogButton>
      }
    >
      <Loaded query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="key" title="You have no tokens">
              Make one for each machine or script: then each can be revoked by itself.
            </EmptyState>
          ) : (
            <TokensTable tokens={items} />
          )
        }
      </Loaded>
    </Section>
  );
}

function TokensTable({ tokens }: { readonly tokens: readonly Token[] }) {
  return (
    <CardTable
      caption="API tokens, newest first"
      columns={[
        { title: 'Name' },
        { title: 'May' },
        { title: 'Last used', width: '9rem' },
        { title: 'Ends', width: '9rem' },
        { title: 'Revoke', width: '4rem', isHidden: true },
      ]}
    >
      {tokens.map((token) => (
        <TokenRow key={token.id} token={token} />
      ))}
    </CardTable>
  );
}

function TokenRow({ token }: { readonly token: Token }) {
  const client = useQueryClient();
  return (
    <Table.Tr>
      <Table.Td className={mainCell}>
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {token.name}
        </Text>
        <Text size="sm" c="dimmed">
          made <TimeAgo at={token.created_at} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {token.scopes.map((scope) => (
            <Badge key={scope} variant="light" color="gray" c="var(--mantine-color-text)" tt="none">
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <PhoneLabel>used</PhoneLabel>
        {token.last_used_at === null ? 'never' : <TimeAgo at={token.last_used_at} />}
      </Table.Td>
      <Table.Td>
        <PhoneLabel>ends</PhoneLabel>
        {token.expires_at === null ? 'never' : <TimeAgo at={token.expires_at} />}
      </Table.Td>
      <Table.Td>
        <ConfirmButton
          label={`Revoke the token ${token.name}`}
          verb="Revoke"
          action={() => revokeToken(token.id, client)}
        >
          What uses it is refused from then on.
        </ConfirmButton>
      </Table.Td>
    </Table.Tr>
  );
}
