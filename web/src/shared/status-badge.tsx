import { Badge, Loader } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from './icons.tsx';
import { statusLabel, statusLooks } from './status.ts';

type Props = { readonly build: Pick<Build, 'state' | 'phase' | 'cancel_requested'> };

/** The state of a build; of one width in a column, so that a change moves nothing. */
export function StatusBadge({ build }: Props) {
  const { color, icon } = statusLooks[build.state];
  return (
    <Badge
      variant="light"
      color={color}
      c="var(--mantine-color-text)"
      tt="none"
      fw={500}
      size="lg"
      radius="sm"
      miw="8.2rem"
      styles={{ label: { flex: 1, textAlign: 'left' } }}
      leftSection={
        icon === 'spinner' ? <Loader size="0.8em" color={color} /> : <Icon name={icon} size="1em" />
      }
    >
      {statusLabel(build)}
    </Badge>
  );
}
