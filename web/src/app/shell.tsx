import { AppShell, Burger, Group, Progress } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef } from 'react';
import { Outlet, ScrollRestoration, useNavigation } from 'react-router';
import { Brand } from './brand.tsx';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Navigation } from './navigation.tsx';
import { isAdmin, useSession } from './session.ts';
import classes from './shell.module.css';
import { SignOutButton } from './sign-out-button.tsx';
import { SkipLink } from './skip-link.tsx';
import { useFocusOnNavigation } from './use-focus-on-navigation.ts';

/** What is around every page: the way to the others, the colours, the way out. */
export function Shell() {
  const account = useSession();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
      transitionDuration={0}
    >
      <SkipLink target={main} />
      {useNavigation().state === 'loading' && (
        <Progress
          value={100}
          animated
          size={3}
          className={`${classes['coming']} appears-late`}
          aria-label="The page is coming"
        />
      )}
      <ScrollRestoration />
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Navigation"
            aria-expanded={isOpen}
          />
          <Brand />
          <Group ml="auto" gap="sm" wrap="nowrap">
            <ColorSchemeToggle />
            <SignOutButton userName={account.user.name} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" className={isOpen ? undefined : classes['closed']}>
        <Navigation isAdmin={isAdmin(account)} onChosen={close} />
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1}>
        <div className={classes['content']}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
