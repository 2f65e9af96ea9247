import { Alert, Button, Group, Text } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import { statusLooks } from '../shared/status.ts';
import classes from './failure-summary.module.css';
import { plainMessage } from './log/ansi.ts';

type Props = {
  readonly state: Build['state'];
  readonly failure: NonNullable<Build['failure']>;
  readonly onJump: () => void;
};

/** Why it did not succeed, and what to do. */
export function FailureSummary({ state, failure, onJump }: Props) {
  const { label, color, icon } = statusLooks[state];
  const isCancelled = state === 'cancelled';
  return (
    <Alert
      color={color}
      variant="light"
      title={isCancelled ? label : `${label} · ${failure.code}`}
      icon={icon === 'spinner' ? undefined : <Icon name={icon} />}
    >
      <Text size="sm" className={classes['message']} tabIndex={0}>
        {plainMessage(failure.message)}
      </Text>
      {!isCancelled && (
        <Group mt="xs" gap="xs" justify="space-between">
          <Text className={classes['hint']}>
            {failure.hint !== undefined && (
              <>
                <b>What to do:</b> {failure.hint}
              </>
            )}
          </Text>
          <Button size="xs" variant="default" leftSection={<Icon name="down" />} onClick={onJump}>
            Show it in the log
          </Button>
        </Group>
      )}
    </Alert>
  );
}
