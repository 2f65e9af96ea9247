import { Badge, Group, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../api/client.ts';
import { endSessions, sessionsQuery } from '../api/own-account.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { PhoneLabel } from '../shared/phone-label.tsx';
import { Section } from '../shared/section.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import { describeUserAgent } from './user-agent.ts';

type Session = Schemas['Session'];

export function SessionsSection() {
  const client = useQueryClient();
  const query = useQuery(sessionsQuery);
  const others = query.data?.items.filter(({ current }) => !current).map(({ id }) => id) ?? [];
  return (
    <Section
      title="Sessions"
      about="Browsers in which you are signed in."
      actions={
        others.length > 0 && (
          <ConfirmButton
            label="End all other sessions"
            text="End all other sessions"
            icon="leave"
            verb="End them"
            action={() => endSessions(others, client)}
          >
            You stay signed in here, and nowhere else.
          </ConfirmButton>
        )
      }
    >
      <Loaded query={query} rows={2}>
        {({ items }) => (
          <CardTable
            caption="Sessions, newest first"
            columns={[
              { title: 'Browser' },
              { title: 'Signed in', width: '10rem' },
              { title: 'Ends', width: '10rem' },
              { title: 'End', width: '4rem', isHidden: true },
            ]}
          >
            {items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </CardTable>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const browser = describeUserAgent(session.user_agent);
  return (
    <Table.Tr>
      <Table.Td className={mainCell}>
        <Group gap="xs">
          <Text fw={600} title={session.user_agent}>
            {browser}
          </Text>
          {session.current && (
            <Badge variant="light" c="var(--mantine-color-text)" tt="none">
              This one
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <PhoneLabel>signed in</PhoneLabel>
        <TimeAgo at={session.created_at} />
      </Table.Td>
      <Table.Td>
        <PhoneLabel>ends</PhoneLabel>
        <TimeAgo at={session.expires_at} />
      </Table.Td>
      <Table.Td>
        {!session.current && (
          <ConfirmButton
            label={`End the session of ${browser}`}
            icon="leave"
            verb="End it"
            action={() => endSessions([session.id], client)}
          >
            That browser is asked to sign in again.
          </ConfirmButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
