import { Loader, Paper, Progress, Text, Title, UnstyledButton } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { Duration } from '../shared/duration.tsx';
import { Icon, type IconName } from '../shared/icons.tsx';
import { describeProgress, stageLabel, stagePercent } from './stage-label.ts';
import { stageBegin, stageMs, type Timeline, type TimelineStage } from './timeline.ts';
import classes from './timeline-list.module.css';

type Props = {
  readonly build: Build;
  readonly timeline: Timeline;
  /** Goes to a row of the log. */
  readonly onJump: (row: number) => void;
};

/** The way of the build so far, each stage with what it took; a click shows it in the log. */
export function TimelineList({ build, timeline, onJump }: Props) {
  const { created_at: from, started_at: begun, finished_at: ended } = build;
  return (
    <Paper component="section" withBorder p="sm" aria-label="Stages">
      <Title order={2} mb={6}>
        Stages
      </Title>
      <ol className={classes['stages']}>
        <li className={classes['stage']}>
          <div className={classes['line']}>
            <StageIcon state={begun === null && ended === null ? 'running' : 'done'} />
            <span className={classes['name']}>Queued</span>
            <Duration from={from} to={begun ?? ended} />
          </div>
        </li>
        {timeline.stages.map((stage) => (
          <Stage key={stage.id} stage={stage} onJump={onJump} />
        ))}
      </ol>
    </Paper>
  );
}

const words = { done: 'done', failed: 'failed', cancelled: 'stopped', running: 'goes on' };

function Stage({ stage, onJump }: { readonly stage: TimelineStage; readonly onJump: Props['onJump'] }) {
  const { state, isCached } = stage;
  const text = describeProgress(stage);
  const percent = stagePercent(stage);
  return (
    <li className={classes['stage']} data-state={state}>
      <UnstyledButton
        className={classes['line']}
        onClick={() => onJump(stage.row)}
        title={`${stage.title}: show it in the log`}
      >
        <StageIcon state={state} />
        <span className={classes['name']}>{stageLabel(stage)}</span>
        {isCached && (
          <Text span size="sm" c="dimmed">
            cached
          </Text>
        )}
        {!(isCached && isQuick(stage)) && <Duration from={stageBegin(stage)} to={stage.finishedAt} />}
      </UnstyledButton>
      {text !== '' && (
        <Text size="xs" c="dimmed" className={classes['detail']}>
          {text}
        </Text>
      )}
      {percent !== null && (
        <Progress value={percent} size="xs" ml={26} mt={2} aria-label={`${stageLabel(stage)}: ${text}`} />
      )}
    </li>
  );
}

/** To look into a cache may take its time all the same: it waits where another build fills it. */
const quickMs = 1_000;

function isQuick(stage: TimelineStage): boolean {
  return stage.finishedAt === null || stageMs(stage, stage.finishedAt) < quickMs;
}

const icons: Readonly<Record<Exclude<TimelineStage['state'], 'running'>, IconName>> = {
  done: 'check',
  failed: 'cross',
  cancelled: 'stop',
};

function StageIcon({ state }: Pick<TimelineStage, 'state'>) {
  return (
    <span className={classes['icon']} data-state={state} role="img" aria-label={words[state]}>
      {state === 'running' ? <Loader size={14} /> : <Icon name={icons[state]} />}
    </span>
  );
}
