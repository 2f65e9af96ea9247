import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { Icon } from '../shared/icons.tsx';

/** A new build, for a machine that one often builds for. */
export function QuickBuilds({ machines }: { readonly machines: readonly string[] }) {
  return (
    <Group gap="xs">
      {machines.map((machine) => (
        <Button
          key={machine}
          component={Link}
          to={`/new?machine=${encodeURIComponent(machine)}`}
          variant="default"
          leftSection={<Icon name="plus" />}
          visibleFrom="sm"
          aria-label={`New build for ${machine}`}
        >
          {machine}
        </Button>
      ))}
      <Button component={Link} to="/new" leftSection={<Icon name="plus" />}>
        New build
      </Button>
    </Group>
  );
}
