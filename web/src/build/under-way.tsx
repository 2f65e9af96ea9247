import { Group, Loader, Paper, Progress, Text, Title } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import { describeProgress, stageLabel, stagePercent } from './stage-label.ts';
import { currentStage, type Timeline } from './timeline.ts';

type Props = { readonly build: Build; readonly timeline: Timeline };

/** The place of the image while there is none: what is done for it now. */
export function UnderWay({ build: { state, cancel_requested: isStopping }, timeline }: Props) {
  const isWaiting = state === 'queued';
  const stage = currentStage(timeline);
  const percent = stage === undefined ? null : stagePercent(stage);
  const progress = stage === undefined ? '' : describeProgress(stage);
  return (
    <Paper component="section" withBorder p="md" aria-label="Progress">
      <Group gap="sm" mb="sm" wrap="nowrap">
        {isWaiting ? <Icon name="clock" /> : <Loader size={18} />}
        <Title order={2}>{toTitle({ isWaiting, isStopping, stage: stage && stageLabel(stage) })}</Title>
      </Group>
      <Text c="dimmed" mb="md" maw="46rem">
        {isWaiting
          ? 'Other builds are before it; it begins by itself as soon as there is room.'
          : 'Its image and SIF file are here as soon as they are made.'}{' '}
        You may close this page meanwhile.
      </Text>
      {percent !== null && (
        <>
          <Progress value={percent} mb={6} aria-label={`Progress of this stage: ${progress}`} />
          <Text size="sm">{progress}</Text>
        </>
      )}
    </Paper>
  );
}

type Words = {
  readonly isWaiting: boolean;
  readonly isStopping: boolean;
  readonly stage: string | undefined;
};

function toTitle({ isWaiting, isStopping, stage }: Words): string {
  if (isStopping) return 'It is being stopped';
  if (isWaiting) return 'It waits for its turn';
  return stage ?? 'It begins';
}
