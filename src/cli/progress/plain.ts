import { stripVTControlCharacters } from 'node:util';
import type { BuildEvent, BuildStageId } from '../../build/events.ts';
import type { CliContext } from '../io.ts';
import { formatSeconds } from './format.ts';
import type { Progress } from './progress.ts';

/** One line per event, for logs and pipes: each begins with its stage. */
export function createPlainProgress({ stderr }: CliContext): Progress {
  const startedAtMs = new Map<BuildStageId, number>();
  const cached = new Set<BuildStageId>();
  return {
    onEvent(event) {
      const nowMs = performance.now();
      if (event.kind === 'stage-started') startedAtMs.set(event.stage, nowMs);
      if (event.kind === 'stage-cached') cached.add(event.stage);
      const tookMs = 'stage' in event ? nowMs - (startedAtMs.get(event.stage) ?? nowMs) : 0;
      const line = formatEvent(event, tookMs, 'stage' in event && cached.has(event.stage));
      if (line !== undefined) stderr.write(`${line}\n`);
    },
    stop: () => undefined,
  };
}

/** Undefined for what is no news in a log. */
function formatEvent(event: BuildEvent, tookMs: number, isCached: boolean): string | undefined {
  switch (event.kind) {
    case 'stage-started':
      return label(event.stage, event.title);
    case 'log':
      return label(event.stage, `│ ${stripVTControlCharacters(event.line)}`);
    case 'stage-finished': {
      const outcome = event.outcome === 'done' && isCached ? 'cached' : event.outcome;
      return label(event.stage, `${outcome} in ${formatSeconds(tookMs)}`);
    }
    case 'warning':
      return label('warning', event.hint === undefined ? event.message : `${event.message} (${event.hint})`);
    default:
      return undefined;
  }
}

function label(stage: string, text: string): string {
  return `${stage.padEnd(12)} ${text}`;
}
