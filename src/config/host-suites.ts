/**
 * Suites that the mirrors of a distribution have, newest first. Others can be allowed by name.
 *
 * @see https://wiki.debian.org/DebianReleases, https://wiki.ubuntu.com/Releases
 */
const suites: Readonly<Record<string, readonly string[]>> = {
  debian: ['sid', 'forky', 'trixie', 'bookworm', 'bullseye'],
  ubuntu: ['resolute', 'noble', 'jammy', 'focal'],
};

/**
 * The suites that this machine's own package mirrors have; empty for another family.
 *
 * @see os-release(5): `ID`, and `ID_LIKE` for what a distribution is derived from, closest first
 */
export function listSuites(osRelease: string): readonly string[] {
  const read = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const family = `${read('ID')} ${read('ID_LIKE')}`.split(' ').find((name) => Object.hasOwn(suites, name));
  return family === undefined ? [] : (suites[family] ?? []);
}
