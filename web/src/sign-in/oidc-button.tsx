import { Button } from '@mantine/core';
import { readBasePath } from '../api/base-path.ts';
import type { Schemas } from '../api/client.ts';

type Props = {
  readonly oidc: NonNullable<Schemas['SignInOptions']['oidc']>;
  readonly returnTo: string;
  /** Code of an invitation. */
  readonly invite?: string | undefined;
};

/** Leads away from these pages, to the provider, which sends the browser back to `returnTo`. */
export function OidcButton({ oidc: { name, url }, returnTo, invite }: Props) {
  const query = new URLSearchParams({ return_to: readBasePath() + returnTo, ...(invite && { invite }) });
  return (
    <Button component="a" href={`${url}?${query}`} variant="default" fullWidth>
      {name}
    </Button>
  );
}
