import { isActive } from '../api/builds.ts';
import type { Build } from '../api/client.ts';
import { statusLooks } from '../shared/status.ts';
import { plainMessage } from './log/ansi.ts';
import { stageLabel } from './stage-label.ts';
import { currentStage, type Timeline } from './timeline.ts';

const spokenLetters = 200;

/** What a screen reader says of a build while it goes on: its stage, and its end. Not how far a stage is, nor any line. */
export function announce(build: Pick<Build, 'state' | 'failure'>, timeline: Timeline): string {
  if (!isActive(build)) {
    const { label } = statusLooks[build.state];
    return build.failure === null
      ? `The build has ended: ${label}`
      : `${label}: ${firstLine(plainMessage(build.failure.message))}`;
  }
  if (build.state === 'queued') return 'The build waits in the queue';
  const stage = currentStage(timeline);
  return stage === undefined ? '' : `Stage: ${stageLabel(stage)}`;
}

/** The others can be read on the page, at one's own pace. */
function firstLine(message: string): string {
  const [line = ''] = message.split('\n');
  return line.length > spokenLetters ? `${line.slice(0, spokenLetters)}…` : line;
}
