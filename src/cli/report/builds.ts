import type { Paint } from '../paint.ts';
import { formatBytes, formatSeconds } from '../progress/format.ts';
import type { RemoteBuild } from '../remote/builds.ts';
import { formatTable } from '../table.ts';

/** A build's state as a person reads it: what it is at, while it runs. */
export function formatState({ state, phase, cancel_requested }: RemoteBuild): string {
  if (state === 'running' && cancel_requested) return 'stopping';
  return state === 'running' ? (phase ?? 'running') : state.replace('_', ' ');
}

/** A line for each build. */
export function formatBuilds(builds: readonly RemoteBuild[], now: Date, paint: Paint): string {
  return formatTable(
    ['ID', 'STATE', 'WORKFLOW/STEP', 'VERSION', 'MACHINE', 'ASKED FOR', 'TOOK'],
    builds.map((build) => [
      build.id,
      `${formatState(build)}${build.kind === 'plan' ? ' (plan)' : ''}`,
      `${build.workflow}/${build.step}`,
      build.version,
      build.machine,
      formatTime(build.created_at),
      formatDuration(build, now),
    ]),
    paint,
  );
}

/** Everything about one build. */
export function formatBuild(build: RemoteBuild, now: Date, paint: Paint): string {
  const { sif, failure } = build;
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['build', build.id],
    ['step', `${build.workflow}/${build.step} ${build.version}`],
    ['machine', build.machine],
    ['asked for', formatTime(build.created_at)],
    ['took', formatDuration(build, now)],
    ['image', build.image],
    ['digest', build.digest],
    ['SIF', sif && `${sif.filename} (${formatBytes(sif.size_bytes)})`],
    ['sha256', sif?.sha256],
  ];
  return [
    `${mark(build, paint)} ${paint.bold(formatState(build))}`,
    ...rows.filter(([, value]) => value).map(([name, value]) => `  ${paint.dim(name.padEnd(9))} ${value}`),
    ...(failure === null ? [] : failure.message.split('\n').map((line) => `  ${paint.bad('│')} ${line}`)),
    ...(failure?.hint === undefined ? [] : [`  ${paint.hint('→')} ${failure.hint}`]),
    '',
  ].join('\n');
}

function mark({ state }: RemoteBuild, paint: Paint): string {
  if (state === 'succeeded') return paint.good('✓');
  if (state === 'queued' || state === 'running') return paint.hint('…');
  return state === 'cancelled' ? paint.warning('■') : paint.bad('✗');
}

function formatDuration({ started_at, finished_at }: RemoteBuild, now: Date): string {
  if (started_at === null) return '';
  const end = finished_at === null ? now : new Date(finished_at);
  return formatSeconds(end.getTime() - new Date(started_at).getTime());
}

/** `2026-11-26 14:05` of the reader's own clock. */
function formatTime(text: string): string {
  const time = new Date(text);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
