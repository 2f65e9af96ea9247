import { Anchor, Group, Paper, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { planFilesQuery, planQuery } from '../api/requests.ts';
import { CodeBlock } from '../shared/code-block.tsx';
import { Duration } from '../shared/duration.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { StatusBadge } from '../shared/status-badge.tsx';

type Props = {
  /** Of the dry run. */
  readonly id: string;
  /** The form has changed since. */
  readonly isOutdated: boolean;
};

/** A dry run: what a build would be made from, as soon as that is decided. */
export function PlanPreview({ id, isOutdated }: Props) {
  const { data: build, error, refetch } = useQuery(planQuery(id));
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Paper withBorder p="md" mt="md" component="section" ref={section} aria-labelledby="plan">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="plan">
          Dockerfile and spack.yaml
        </Title>
        {build !== undefined && <PlanState build={build} />}
      </Group>
      {isOutdated && (
        <Text size="sm" mb="sm">
          You have changed the form since: ask again to see what it makes now.
        </Text>
      )}
      <div aria-live="polite">
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {build?.state === 'succeeded' && <PlanFiles id={id} />}
        {build !== undefined && <Unfinished build={build} />}
      </div>
    </Paper>
  );
}

function PlanState({ build }: { readonly build: Schemas['Build'] }) {
  return (
    <Group gap="sm">
      <Anchor component={Link} to={`/builds/${build.id}`} size="sm" underline="always">
        Log of the dry run
      </Anchor>
      <Duration from={build.started_at} to={build.finished_at} />
      <StatusBadge build={build} />
    </Group>
  );
}

function Unfinished({ build: { state, failure } }: { readonly build: Schemas['Build'] }) {
  if (state === 'succeeded') return null;
  if (failure !== null) {
    return (
      <Stack gap={4}>
        <Text fw={600}>It cannot be planned</Text>
        <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{failure.message}</Text>
        {failure.hint !== undefined && <Text>{failure.hint}</Text>}
      </Stack>
    );
  }
  if (state === 'cancelled' || state === 'timed_out') return <Text>It was stopped before its end.</Text>;
  return (
    <Stack gap="xs">
      <Text c="dimmed" size="sm">
        The step is looked up, and Spack decides where it is used: that takes up to some minutes. You can go
        on meanwhile.
      </Text>
      <Skeleton height={140} />
    </Stack>
  );
}

function PlanFiles({ id }: { readonly id: string }) {
  const { data: files, error, refetch } = useQuery(planFilesQuery(id));
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (files === undefined) return <Skeleton height={180} />;
  const hasSpack = files.some(({ name }) => name === 'spack.yaml');
  return (
    <Tabs defaultValue={files[0]?.name ?? null} keepMounted={false}>
      <Tabs.List aria-label="Files of the dry run" mb="sm">
        {files.map(({ name }) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {files.map(({ name, text }) => (
        <Tabs.Panel key={name} value={name}>
          <CodeBlock label={name} text={text} />
        </Tabs.Panel>
      ))}
      {!hasSpack && (
        <Text size="sm" c="dimmed" mt="xs">
          The step has no Spack environment, so there is no spack.yaml.
        </Text>
      )}
    </Tabs>
  );
}
