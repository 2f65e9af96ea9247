import { Center, Loader } from '@mantine/core';

/** While a page comes; quick ones show nothing. */
export function PageLoader() {
  return (
    <Center mih="50vh" className="appears-late">
      <Loader aria-label="Loading" role="status" />
    </Center>
  );
}
