import { stripVTControlCharacters } from 'node:util';
import type { Paint } from '../paint.ts';
import type { BuildView, StageView } from './build-view.ts';
import { formatBytes, formatSeconds } from './format.ts';

export type Screen = { readonly columns: number; readonly rows: number };

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const spinnerMs = 100;

/** The tree of stages: one line each, and under the running one the last lines that it printed. */
export function formatTree(view: BuildView, nowMs: number, screen: Screen, paint: Paint): string {
  const rows = view.stages.map((stage) => formatStage(stage, nowMs, screen, paint));
  const space = Math.max(0, Math.min(8, screen.rows - rows.length - view.warnings.length - 2));
  const running = view.stages.findLast(({ outcome }) => outcome === 'running');
  const lines = space === 0 ? [] : (running?.lines.slice(-space) ?? []);
  const quoted = lines.map((line) => paint.dim(`    │ ${cut(line, screen.columns - 7)}`));
  const warnings = view.warnings.map((text) => paint.warning(cut(`  ! ${text}`, screen.columns - 1)));
  return [...rows, ...quoted, ...warnings].slice(-Math.max(1, screen.rows - 1)).join('\n');
}

function formatStage(stage: StageView, nowMs: number, { columns }: Screen, paint: Paint): string {
  const end = `${describeState(stage)}  ${formatSeconds((stage.finishedAtMs ?? nowMs) - stage.startedAtMs).padStart(7)}`;
  const width = Math.min(columns - 1, 100) - 4;
  const title = cut(stage.title, width - end.length - 1).padEnd(width - end.length);
  return `  ${mark(stage, nowMs, paint)} ${title}${paint.dim(end)}`;
}

function mark({ outcome }: StageView, nowMs: number, paint: Paint): string {
  switch (outcome) {
    case 'running':
      return paint.hint(spinner[Math.floor(nowMs / spinnerMs) % spinner.length] ?? ' ');
    case 'done':
    case 'cached':
      return paint.good('✓');
    case 'failed':
      return paint.bad('✗');
    case 'cancelled':
      return paint.warning('■');
  }
}

function describeState({ outcome, progress }: StageView): string {
  if (outcome === 'cached' || outcome === 'failed' || outcome === 'cancelled') return outcome;
  if (outcome === 'done' || progress === undefined) return '';
  const { current, total, unit, item, remainingSeconds } = progress;
  const show = unit === 'bytes' ? formatBytes : String;
  const count = total === undefined ? show(current) : `${show(current)} / ${show(total)}`;
  const rest = remainingSeconds === undefined ? '' : `, about ${formatSeconds(remainingSeconds * 1000)} left`;
  return `${item === undefined ? '' : `${item}  `}${count}${rest}`;
}

/** One line of a terminal: no control characters, no more than fits. */
function cut(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' ');
  return plain.length <= columns ? plain : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
