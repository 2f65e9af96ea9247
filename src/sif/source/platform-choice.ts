import { AppError } from '../../errors/app-error.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import { formatPlatform, hostPlatform, type Platform } from '../../oci/platform.ts';

/**
 * Chooses the entry for a platform, by default this machine's; one that stands alone needs no choice.
 *
 * @throws SIF_SOURCE_INVALID - there is none; the hint lists those that there are
 */
export function pickPlatform(entries: readonly Descriptor[], wanted: Platform | undefined): Descriptor {
  // What BuildKit attaches to an image (provenance, SBOM) is for the platform "unknown".
  const candidates = entries.filter(({ platform }) => platform?.architecture !== 'unknown');
  const [only] = candidates;
  if (only === undefined) throw new AppError('SIF_SOURCE_INVALID', 'there is no image in the index');
  if (candidates.length === 1 && (wanted === undefined || only.platform === undefined)) return only;
  const target = wanted ?? hostPlatform();
  const found = candidates.find(
    ({ platform }) => platform?.os === target?.os && platform?.architecture === target?.architecture,
  );
  if (found !== undefined) return found;
  throw noSuchPlatform(target, candidates.map(describePlatform));
}

/** @throws SIF_SOURCE_INVALID - the image is for another platform */
export function requirePlatform({ os, architecture }: ImageConfig, wanted: Platform): void {
  if (os !== wanted.os || architecture !== wanted.architecture)
    throw noSuchPlatform(wanted, [`${os}/${architecture}`]);
}

export function noSuchPlatform(wanted: Platform | undefined, available: readonly string[]): AppError {
  const target = wanted === undefined ? 'this machine' : formatPlatform(wanted);
  const names = [...new Set(available)].sort();
  return new AppError('SIF_SOURCE_INVALID', `there is no image for ${target}: only for ${names.join(', ')}`, {
    hint: 'choose one of these with --platform',
    details: { available: names },
  });
}

export function describePlatform({ platform }: Pick<Descriptor, 'platform'>): string {
  if (platform === undefined) return 'an unnamed platform';
  const { os, architecture, variant } = platform;
  return [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
}
