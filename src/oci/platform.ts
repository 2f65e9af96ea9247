import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';

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
  const meant = findMeant(text);
  throw new AppError('OCI_PLATFORM_INVALID', `"${text}" is not a platform that CIC builds for`, {
    hint:
      meant === undefined
        ? `use one of ${ociArchitectures.map((name) => `linux/${name}`).join(', ')}`
        : `did you mean "linux/${meant}"?`,
  });
}

/** What the kernel and others call the architectures. */
const otherNames: Readonly<Record<string, OciArchitecture>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  ppc64el: 'ppc64le',
};

function findMeant(text: string): OciArchitecture | undefined {
  const name = text.toLowerCase().replace(/^linux\//, '');
  if (Object.hasOwn(otherNames, name)) return otherNames[name];
  const nearest = findNearestName(name, ociArchitectures);
  return ociArchitectures.find((architecture) => architecture === nearest);
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
