import { formatBytes, formatDuration } from '../shared/format.ts';
import type { TimelineStage } from './timeline.ts';

const labels: Readonly<Record<string, string>> = {
  resolve: 'Resolve',
  base: 'Base image',
  toolchain: 'Compiler',
  concretize: 'Spack solve',
  extract: 'Unpack',
  apt: 'apt packages',
  spack: 'Spack packages',
  pip: 'pip packages',
  step: 'Files of the step',
  'post-install': 'Post-install script',
  slim: 'Slim down',
  check: 'Check',
  finish: 'Finish',
  export: 'Export',
  test: 'Test',
  convert: 'Convert to SIF',
  push: 'Push',
  publish: 'Publish',
  attest: 'SBOM and provenance',
};

/** A newer service has stages that this page does not know: its own title says it then. */
export function stageLabel({ id, title }: Pick<TimelineStage, 'id' | 'title'>): string {
  return labels[id] ?? title;
}

/** How far a stage is: `3 of 12 · hdf5@1.14 build · about 4 min 05 s left`; empty where it does not say. */
export function describeProgress({ progress, state }: Pick<TimelineStage, 'progress' | 'state'>): string {
  if (progress === null) return '';
  const { current, total, unit, item, remainingSeconds } = progress;
  const format = unit === 'bytes' ? formatBytes : String;
  const amount = total === undefined ? format(current) : `${format(current)} of ${format(total)}`;
  if (state !== 'running') return unit === 'packages' ? amount : '';
  const rest =
    remainingSeconds === undefined ? [] : [`about ${formatDuration(remainingSeconds * 1000)} left`];
  return [amount, ...(item === undefined ? [] : [item]), ...rest].join(' · ');
}

/** 0 to 100; null where it does not say, or has ended. */
export function stagePercent({ progress, state }: Pick<TimelineStage, 'progress' | 'state'>): number | null {
  return state === 'running' && progress?.total ? (progress.current / progress.total) * 100 : null;
}
