import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { useFavouriteMachines } from '../shared/favourite-machines.ts';
import { Icon } from '../shared/icons.tsx';

/** Remembers the chosen machine in this browser, or forgets it: the home page offers those that are remembered. */
export function FavouriteButton({ machine }: { readonly machine: string }) {
  const { favourites, toggle } = useFavouriteMachines();
  const isFavourite = machine !== '' && favourites.includes(machine);
  const label = machine === '' ? 'Favourite machine' : `Favourite machine: ${machine}`;
  return (
    <Tooltip
      label={isFavourite ? 'Remembered in this browser: forget it' : 'Remember this machine in this browser'}
    >
      <ActionIcon
        variant={isFavourite ? 'filled' : 'default'}
        size={36}
        mt={25}
        aria-label={label}
        aria-pressed={isFavourite}
        disabled={machine === ''}
        onClick={() => toggle(machine)}
      >
        <Icon name="star" />
      </ActionIcon>
    </Tooltip>
  );
}

/** Fills the form with a machine that is remembered. */
export function FavouriteChoices({ onChoose }: { readonly onChoose: (machine: string) => void }) {
  const { favourites } = useFavouriteMachines();
  if (favourites.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label="Favourite machines">
      <Text size="sm" c="dimmed">
        Favourites
      </Text>
      {favourites.map((machine) => (
        <Button key={machine} size="compact-sm" variant="default" onClick={() => onChoose(machine)}>
          {machine}
        </Button>
      ))}
    </Group>
  );
}
