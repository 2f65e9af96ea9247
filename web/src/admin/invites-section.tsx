import { Alert, Table } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { signInOptionsQuery } from '../api/account.ts';
import { invitesQuery, revokeInvite } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { ConfirmButton } from '../shared/confirm-button.tsx';
import { DialogButton } from '../shared/dialog-button.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { PhoneLabel } from '../shared/phone-label.tsx';
import { Section } from '../shared/section.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import { NewInviteForm } from './new-invite-form.tsx';

type Invite = Schemas['Invite'];

export function InvitesSection() {
  const query = useQuery(invitesQuery);
  const { data: options } = useQuery(signInOptionsQuery);
  const isUseless = options?.sign_up === 'closed' && options.oidc === null;
  return (
    <Section
      title="Invitations"
      about="A link with which one person makes an account, and chooses the password."
      actions={<DialogButton label="Invite">{(close) => <NewInviteForm onDone={close} />}</DialogButton>}
    >
      {isUseless && (
        <Alert color="yellow" variant="light" mb="sm">
          Nobody can use one as the service is set up: service.sign_up must be "invite" or "open".
        </Alert>
      )}
      <Loaded query={query} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="person" title="There are no invitations" />
          ) : (
            <CardTable
              caption="Invitations, newest first"
              columns={[
                { title: 'For' },
                { title: 'Made', width: '9rem' },
                { title: 'State', width: '14rem' },
                { title: 'Revoke', width: '4rem', isHidden: true },
              ]}
            >
              {items.toReversed().map((invite) => (
                <InviteRow key={invite.id} invite={invite} />
              ))}
            </CardTable>
          )
        }
      </Loaded>
    </Section>
  );
}

function InviteRow({ invite }: { readonly invite: Invite }) {
  const client = useQueryClient();
  const isOpen = invite.used_at === null;
  return (
    <Table.Tr>
      <Table.Td className={mainCell}>{invite.role === 'admin' ? 'An administrator' : 'A user'}</Table.Td>
      <Table.Td>
        <PhoneLabel>made</PhoneLabel>
        <TimeAgo at={invite.created_at} />
      </Table.Td>
      <Table.Td>
        {isOpen ? 'ends ' : 'used '}
        <TimeAgo at={invite.used_at ?? invite.expires_at} />
      </Table.Td>
      <Table.Td>
        {isOpen && (
          <ConfirmButton
            label="Revoke the invitation"
            verb="Revoke"
            action={() => revokeInvite(invite.id, client)}
          >
            Its link is good for nothing then.
          </ConfirmButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
