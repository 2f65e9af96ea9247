import { Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import classes from './brand.module.css';

export function Brand() {
  return (
    <Link to="/" className={classes['brand']}>
      <Group gap="xs" wrap="nowrap">
        <img src="./static/icon.svg" alt="" width={28} height={28} />
        <Text fw={700} fz="lg">
          CIC
        </Text>
        <Text c="dimmed" size="sm" visibleFrom="md">
          Container Image Creation
        </Text>
      </Group>
    </Link>
  );
}
