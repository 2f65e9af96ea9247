import type { BuildRecord } from '../../service/build-record.ts';
import type { Phase } from '../../service/build-states.ts';

/** All words that clients know: on any other one they poll for ever. */
export const frozenStatuses = ['PENDING', 'STARTED', 'BUILDING', 'CONVERTING', 'FINISHED', 'FAILED'] as const;
export type FrozenStatus = (typeof frozenStatuses)[number];

/** Answer of `GET /build/<id>`. */
export type FrozenBuild = {
  readonly status: FrozenStatus;
  readonly message: string | null;
  readonly image_id: string | null;
  readonly filename: string | null;
};

const phaseWords: Readonly<Record<Phase, { readonly status: FrozenStatus; readonly message: string }>> = {
  resolving: { status: 'STARTED', message: 'resolving the workflow step' },
  building: { status: 'BUILDING', message: 'building the image' },
  converting: { status: 'CONVERTING', message: 'converting the image for Singularity' },
  publishing: { status: 'CONVERTING', message: 'publishing the image' },
};

/** A cancelled or timed-out build has failed for clients that know no other word; the message says which. */
export function toFrozenBuild(build: BuildRecord): FrozenBuild {
  const unknown = { image_id: null, filename: null };
  switch (build.state) {
    case 'queued':
      return { status: 'PENDING', message: 'waiting for a free builder', ...unknown };
    case 'running':
      return { ...phaseWords[build.phase ?? 'resolving'], ...unknown };
    case 'succeeded':
      return {
        status: 'FINISHED',
        message: 'the image is ready',
        image_id: build.imageReference,
        filename: build.sifFilename,
      };
    default:
      return { status: 'FAILED', message: formatFailure(build), ...unknown };
  }
}

function formatFailure({ failure, state }: BuildRecord): string {
  if (failure === null) return state;
  return failure.hint === undefined ? failure.message : `${failure.message} (${failure.hint})`;
}
