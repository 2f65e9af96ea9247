import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import classes from './preview.module.css';

type Props = {
  readonly validation: Schemas['Validation'] | undefined;
  /** What is wrong with the request as a whole. */
  readonly problem: string | undefined;
  readonly isAsking: boolean;
  readonly isPlanning: boolean;
  readonly onPlan: () => void;
};

/** What would come out, and the way there. */
export function Preview({ validation, problem, isAsking, isPlanning, onPlan }: Props) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="preview" className={classes['preview']}>
      <Title order={2} id="preview" mb="sm">
        What you get
      </Title>
      <Facts validation={validation} />
      <Stack gap="xs" mt="md">
        <State validation={validation} />
        {problem !== undefined && (
          <Alert color="red" variant="light" icon={<Icon name="warning" />} role="alert">
            {problem}
          </Alert>
        )}
        <Button type="submit" size="md" loading={isAsking} fullWidth>
          Build
        </Button>
        <Button variant="default" loading={isPlanning} onClick={onPlan} fullWidth>
          Show Dockerfile and spack.yaml
        </Button>
      </Stack>
    </Paper>
  );
}

function Facts({ validation }: Pick<Props, 'validation'>) {
  if (!validation?.names || !validation.machine) {
    return (
      <div className={classes['facts']}>
        <Text c="dimmed">The names of the image are here when the machine and the step are complete.</Text>
      </div>
    );
  }
  const { names, machine } = validation;
  const gpuArch = machine.gpu_arch === null ? '' : `, for ${machine.gpu_arch}`;
  return (
    <dl className={classes['facts']}>
      <Fact term="Image">
        <span className={classes['name']}>{names.image}</span>
      </Fact>
      {names.filename !== null && (
        <Fact term="SIF file">
          <span className={classes['name']}>{names.filename}</span>
        </Fact>
      )}
      <Fact term="Compiled for">
        {machine.microarchitecture} ({machine.platform})
      </Fact>
      <Fact term="MPI, GPU">
        {machine.mpi ?? 'no MPI'}, {machine.gpu === null ? 'no GPU' : `${machine.gpu}${gpuArch}`}
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Whether that is there already; one line in any case. */
function State({ validation }: Pick<Props, 'validation'>) {
  return (
    <Group gap="xs" wrap="nowrap" align="start" mih="1.6rem">
      {describeState(validation)}
    </Group>
  );
}

function describeState(validation: Props['validation']) {
  if (!validation?.valid) return null;
  const { existing, in_flight: isInFlight } = validation;
  if (isInFlight) {
    return (
      <>
        <Icon name="clock" />
        <Text size="sm">The same is being built already: you join that build.</Text>
      </>
    );
  }
  if (existing) {
    return (
      <>
        <Icon name="check" />
        <Text size="sm">
          <Anchor component={Link} to={`/images/${existing.image_id}`} underline="always" inherit>
            Built already
          </Anchor>
          , <TimeAgo at={existing.published_at} />. Building again takes moments when nothing has changed.
        </Text>
      </>
    );
  }
  return (
    <>
      <Icon name="plus" />
      <Text size="sm">Not built yet.</Text>
    </>
  );
}
