import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { signOut } from '../api/account.ts';
import { Icon } from '../shared/icons.tsx';
import classes from './sign-out-button.module.css';

export function SignOutButton({ userName }: { readonly userName: string }) {
  const { mutate, isPending, isError } = useMutation({ mutationFn: signOut });
  return (
    <Button
      variant="default"
      leftSection={<Icon name="leave" />}
      loading={isPending}
      onClick={() => mutate()}
      title={isError ? 'It did not work: try again' : `Signed in as ${userName}`}
    >
      <span className={classes['wide']}>Sign out {userName}</span>
      <span className={classes['narrow']}>Sign out</span>
    </Button>
  );
}
