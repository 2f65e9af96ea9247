import { Alert, Button, Group, Text } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import { statusLooks } from '../shared/status.ts';
import { plainMessage } from './log/ansi.ts';

type Props = { readonly build: Build; readonly onJump: () => void };

/** Why it did not succeed, and what to do: before all else of the page. */
export function FailureSummary({ build: { state, failure }, onJump }: Props) {
  if (failure === null) return null;
  const { label, color, icon } = statusLooks[state];
  return (
    <Alert
      color={color}
      variant="light"
      mb="md"
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
