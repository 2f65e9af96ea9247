import { Tabs } from '@mantine/core';
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router';
import { isAdmin, useSession } from '../app/session.ts';
import { EmptyState } from '../shared/empty-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { QueueTab } from './queue-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { StorageTab } from './storage-tab.tsx';
import { UsersTab } from './users-tab.tsx';

const tabs = [
  { path: 'users', label: 'Users', Tab: UsersTab },
  { path: 'queue', label: 'Queue', Tab: QueueTab },
  { path: 'storage', label: 'Storage', Tab: StorageTab },
  { path: 'settings', label: 'Settings', Tab: SettingsTab },
] as const;

/** What administrators may and see; each tab has an address of its own. */
export function AdminPage() {
  const account = useSession();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  if (!isAdmin(account)) return <NotForYou />;
  const current = tabs.find(({ path }) => pathname.endsWith(`/${path}`)) ?? tabs[0];
  return (
    <>
      <PageTitle tab={current.label}>Admin</PageTitle>
      <Tabs value={current.path} onChange={(path) => void navigate(`/admin/${path}`)}>
        <Tabs.List mb="md">
          {tabs.map(({ path, label }) => (
            <Tabs.Tab key={path} value={path}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current.path}>
          <Routes>
            {tabs.map(({ path, Tab }) => (
              <Route key={path} path={path} element={<Tab />} />
            ))}
            <Route path="*" element={<Navigate to="/admin/users" replace />} />
          </Routes>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function NotForYou() {
  return (
    <>
      <PageTitle>Admin</PageTitle>
      <EmptyState icon="gauge" title="This page is for administrators">
        Ask one of them for what you need.
      </EmptyState>
    </>
  );
}
