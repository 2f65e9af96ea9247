import type { Schemas } from '../api/client.ts';

type Image = Pick<Schemas['Image'], 'image' | 'workflow' | 'step' | 'sif'>;

/** `minimal_workflow / wordcount`; where the build is gone, the name of the file or the last part of the reference. */
export function imageName({ image, workflow, step, sif }: Image): string {
  if (workflow !== null && step !== null) return `${workflow} / ${step}`;
  return sif?.filename ?? image.slice(image.lastIndexOf('/') + 1);
}
