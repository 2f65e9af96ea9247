import { Alert, Button, Group, Text } from '@mantine/core';
import { describeError } from './describe-error.ts';
import { Icon } from './icons.tsx';

type Props = {
  readonly error: unknown;
  /** Asks again; absent for what the reader wanted to be done. */
  readonly onRetry?: (() => void) | undefined;
};

/** What went wrong, and what to do. Screen readers say it when it appears. */
export function ErrorState({ error, onRetry }: Props) {
  const { title, message, hint, code, requestId } = describeError(error, {
    isAskedAgain: onRetry !== undefined,
  });
  return (
    <Alert color="red" variant="light" icon={<Icon name="warning" />} title={title} role="alert">
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{message}</Text>
      {hint !== undefined && <Text mt="xs">{hint}</Text>}
      {code !== undefined && (
        <Text size="sm" c="dimmed" mt="xs">
          {code}
          {requestId !== undefined && ` · request ${requestId}`}
        </Text>
      )}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
