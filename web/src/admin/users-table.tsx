import { Anchor, Badge, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { PhoneLabel } from '../shared/phone-label.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import { describeQuota } from './quota.ts';
import { UserActions } from './user-actions.tsx';

type User = Schemas['User'];

export function UsersTable({ users }: { readonly users: readonly User[] }) {
  return (
    <CardTable
      caption="Users by name"
      columns={[
        { title: 'Name' },
        { title: 'Limits of their own' },
        { title: 'Since', width: '9rem' },
        { title: 'Change', width: '9rem', isHidden: true },
      ]}
    >
      {users.map((user) => (
        <UserRow key={user.id} user={user} />
      ))}
    </CardTable>
  );
}

function UserRow({ user }: { readonly user: User }) {
  return (
    <Table.Tr>
      <Table.Td className={mainCell}>
        <Group gap="xs">
          <Anchor
            component={Link}
            to={`/builds?user=${encodeURIComponent(user.name)}`}
            fw={600}
            title={`Builds of ${user.name}`}
            style={{ overflowWrap: 'anywhere' }}
          >
            {user.name}
          </Anchor>
          {user.role === 'admin' && <Mark color="blue">administrator</Mark>}
          {user.disabled && <Mark color="red">disabled</Mark>}
        </Group>
      </Table.Td>
      <Table.Td>
        <PhoneLabel>limits</PhoneLabel>
        {describeQuota(user.quota)}
      </Table.Td>
      <Table.Td>
        <PhoneLabel>since</PhoneLabel>
        <TimeAgo at={user.created_at} />
      </Table.Td>
      <Table.Td>
        <UserActions user={user} />
      </Table.Td>
    </Table.Tr>
  );
}

function Mark({ color, children }: { readonly color: string; readonly children: string }) {
  return (
    <Badge variant="light" color={color} c="var(--mantine-color-text)" tt="none">
      {children}
    </Badge>
  );
}
