import { EmptyState } from '../shared/empty-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';

export function AccountPage() {
  return (
    <>
      <PageTitle>Account</PageTitle>
      <EmptyState icon="person" title="This page is not there yet">
        Until it is, the command line and the API have all of it.
      </EmptyState>
    </>
  );
}
