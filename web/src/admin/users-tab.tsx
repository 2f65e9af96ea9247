import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { signInOptionsQuery } from '../api/account.ts';
import { invitesQuery } from '../api/admin.ts';
import { usersQuery } from '../api/catalog.ts';
import { DialogButton } from '../shared/dialog-button.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { hasAnswer } from '../shared/has-answer.ts';
import { Loaded } from '../shared/loaded.tsx';
import { SearchField } from '../shared/search-field.tsx';
import { Section } from '../shared/section.tsx';
import { TableSkeleton } from '../shared/table-skeleton.tsx';
import { InvitesSection } from './invites-section.tsx';
import { NewUserForm } from './new-user-form.tsx';
import { UsersTable } from './users-table.tsx';

/** So few are seen at once. */
const fewUsers = 10;

export function UsersTab() {
  const query = useQuery(usersQuery);
  const others = [useQuery(invitesQuery), useQuery(signInOptionsQuery)];
  const [text, setText] = useState('');
  if (![query, ...others].every(hasAnswer)) return <TableSkeleton rows={8} />;
  return (
    <>
      <Section
        title="Users"
        actions={<DialogButton label="New user">{(close) => <NewUserForm onDone={close} />}</DialogButton>}
      >
        <Loaded query={query} rows={4}>
          {({ items }) => {
            const found = items.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
            return (
              <>
                {items.length > fewUsers && (
                  <SearchField placeholder="Name" value={text} onChange={setText} w="18rem" />
                )}
                {found.length === 0 ? (
                  <EmptyState icon="search" title="No user is called like that" />
                ) : (
                  <UsersTable users={found} />
                )}
              </>
            );
          }}
        </Loaded>
      </Section>
      <InvitesSection />
    </>
  );
}
