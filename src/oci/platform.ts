import { AppError } from '../errors/app-error.ts';

/** OCI architectures that CIC builds for. @see OCI image-spec, image-index.md, platform */
export const ociArchitectures = ['amd64', 'arm64', 'ppc64le'] as const;
export type OciArchitecture = (typeof ociArchitectures)[number];

/** `os/architecture[/variant]`; the variant is dropped where it is the default (`arm64/v8`). */
export type Platform = { readonly os: 'linux'; readonly architecture: OciArchitecture };

/** @throws OCI_PLATFORM_INVALID - malformed, or not a platform that CIC builds for */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  const known = ociArchitectures.find((name) => name === architecture);
  const hasDefaultVariant = variant === undefined || (known === 'arm64' && variant === 'v8');
  if (os === 'linux' && known !== undefined && hasDefaultVariant && rest.length === 0) {
    return { os, architecture: known };
  }
  throw new AppError('OCI_PLATFORM_INVALID', `"${text}" is not a platform that CIC builds for`, {
    hint: `use one of ${ociArchitectures.map((name) => `linux/${name}`).join(', ')}`,
  });
}

export function formatPlatform(platform: Platform): string {
  return `${platform.os}/${platform.architecture}`;
}

/** The platform that this process runs on, or undefined where CIC has no name for it. */
export function hostPlatform(): Platform | undefined {
  const names: Partial<Record<NodeJS.Architecture, OciArchitecture>> = {
    x64: 'amd64',
    arm64: 'arm64',
    ppc64: 'ppc64le',
  };
  const architecture = names[process.arch];
  return architecture === undefined ? undefined : { os: 'linux', architecture };
}
