/**
 * Releases of Debian and Ubuntu that have a number.
 *
 * @see debian.org/releases and releases.ubuntu.com
 */
const suiteSystems: Readonly<Record<string, string>> = {
  bullseye: 'debian11',
  bookworm: 'debian12',
  trixie: 'debian13',
  focal: 'ubuntu20.04',
  jammy: 'ubuntu22.04',
  noble: 'ubuntu24.04',
};

/** What Spack calls the system of a suite, or undefined for one that is not known here. */
export function operatingSystemOf(suite: string): string | undefined {
  return Object.hasOwn(suiteSystems, suite) ? suiteSystems[suite] : undefined;
}

/**
 * What Spack calls a system by its `ID` and `VERSION_ID`: `debian12`, `ubuntu22.04`.
 *
 * @see Spack's source: `LinuxDistro`
 */
export function formatOperatingSystem(id: string, version: string): string {
  const parts = version.split(/[^\w-]/);
  return `${id}${id.includes('ubuntu') ? parts.slice(0, 2).join('.') : parts[0]}`;
}
