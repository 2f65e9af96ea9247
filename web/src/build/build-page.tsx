import { EmptyState } from '../shared/empty-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';

export function BuildPage() {
  return (
    <>
      <PageTitle>Build</PageTitle>
      <EmptyState icon="list" title="This page is not there yet">
        Until it is, the command line and the API have all of it.
      </EmptyState>
    </>
  );
}
