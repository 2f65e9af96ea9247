import { Group, Loader, Paper, Progress, Text, Title } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Icon } from '../shared/icons.tsx';
import type { LogSnapshot } from './log/build-log.ts';
import { describeProgress, stageLabel, stagePercent } from './stage-label.ts';
import { currentStage } from './timeline.ts';

type Props = { readonly build: Build; readonly log: Pick<LogSnapshot, 'timeline' | 'connection'> };

/** The place of the image while there is none: what is done for it now. */
export function UnderWay({ build, log: { timeline, connection } }: Props) {
  const stage = currentStage(timeline);
  const { title, text } = describe(build, {
    isLost: connection === 'lost',
    stage: stage && stageLabel(stage),
  });
  const percent = stage === undefined ? null : stagePercent(stage);
  const progress = stage === undefined ? '' : describeProgress(stage);
  return (
    <Paper component="section" withBorder p="md" aria-label="Progress">
      <Group gap="sm" mb="sm" wrap="nowrap">
        {build.state === 'queued' ? <Icon name="clock" /> : <Loader size={18} />}
        <Title order={2}>{title}</Title>
      </Group>
      <Text c="dimmed" mb="md" maw="46rem">
        {text}
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

type Known = { readonly isLost: boolean; readonly stage: string | undefined };

function describe({ state, cancel_requested: isStopping }: Build, { isLost, stage }: Known) {
  if (isLost) {
    const text =
      'It is asked again every few seconds. A build that has begun goes on, or begins again with the service.';
    return { title: 'The service does not answer', text };
  }
  const meanwhile = 'You may close this page meanwhile.';
  if (state === 'queued') {
    const text = `It begins by itself as soon as there is room for it. ${meanwhile}`;
    return { title: isStopping ? 'It is being stopped' : 'It waits for its turn', text };
  }
  const text = `The image is here as soon as it is made. ${meanwhile}`;
  return { title: isStopping ? 'It is being stopped' : (stage ?? 'It begins'), text };
}
