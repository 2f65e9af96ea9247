import { Alert, Button, Group, Text } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import { statusLooks } from '../shared/status.ts';
import { plainMessage } from './log/ansi.ts';

type Props = {
  readonly state: Build['state'];
  readonly failure: NonNullable<Build['failure']>;
  readonly onJump: () => void;
};

/** Why it did not succeed, and what to do. */
export function FailureSummary({ state, failure, onJump }: Props) {
  const { label, color, icon } = statusLooks[state];
  return (
    <Alert
      color={color}
      variant="light"
      title={`${label} · ${failure.code}`}
      icon={icon === 'spinner' ? undefined : <Icon name={icon} />}
    >
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {plainMessage(failure.message)}
      </Text>
      {failure.hint !== undefined && (
        <Text mt="xs">
          <b>What to do:</b> {failure.hint}
        </Text>
      )}
      <Group mt="sm">
        <Button size="xs" variant="default" leftSection={<Icon name="down" />} onClick={onJump}>
          Show it in the log
        </Button>
      </Group>
    </Alert>
  );
}
