import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import { type BaseImage, formatBaseImage } from '../step/base-image.ts';
import type { Step } from '../step/step.ts';
import type { BuildSite } from './ports.ts';

/**
 * The base image of a step: its own choice where it has one, else the site's.
 *
 * @throws STEP_BASE_REFUSED - the site does not allow the step's choice; `details.allowed` has what it does
 */
export function chooseBase(
  step: Step | undefined,
  { base, allowedBases }: Pick<BuildSite, 'base' | 'allowedBases'>,
): BaseImage {
  const wanted = step?.description.base;
  if (wanted === undefined) return base;
  const name = formatBaseImage(wanted);
  const allowed = [...new Set([base, ...allowedBases].map(formatBaseImage))];
  if (allowed.includes(name)) return wanted;
  const nearest = findNearestName(name, allowed);
  const list = `this site allows ${allowed.join(', ')}`;
  throw new AppError(
    'STEP_BASE_REFUSED',
    `the step asks for the base image ${name}, which this site does not allow`,
    {
      hint: nearest === undefined ? list : `did you mean "${nearest}"? ${list}`,
      details: { base: name, allowed },
    },
  );
}
