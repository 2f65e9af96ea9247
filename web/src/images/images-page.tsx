import { EmptyState } from '../shared/empty-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';

export function ImagesPage() {
  return (
    <>
      <PageTitle>Images</PageTitle>
      <EmptyState icon="box" title="This page is not there yet">
        Until it is, the command line and the API have all of it.
      </EmptyState>
    </>
  );
}
