import { findNearestNames } from '../../errors/nearest-name.ts';
import { type Explainer, joinNames } from './failure.ts';

/** `cannot concretize 'zlibb', since 'zlibb' does not exist`; 0.23: `Package 'zlibb' not found.` */
export const explainUnknownPackage: Explainer = (error, failure) => {
  const [, spec, inSpec] = /^cannot concretize '(.*)', since '(.+)' does not exist/.exec(error.message) ?? [];
  const name = inSpec ?? /^Package '(.+?)' not found/.exec(error.message)?.[1];
  if (name === undefined) return undefined;
  const plainName = name.slice(name.lastIndexOf('.') + 1);
  const nearest =
    failure.knownPackages === undefined
      ? suggestedBySpack(error.lines)
      : findPackageNames(plainName, failure.knownPackages);
  const place = spec === undefined || spec === name ? '' : ` (in "${spec}")`;
  return {
    code: 'SPACK_UNKNOWN_PACKAGE',
    message: `Spack has no package "${plainName}"${place}`,
    hint:
      nearest.length > 0
        ? `did you mean ${joinNames(nearest, 'or')}?`
        : 'compare the name with the packages of Spack and of the software catalogue',
    details: { package: plainName, nearest },
  };
};

/**
 * Some packages are known by shorter names than Spack's, or by those of Debian: numpy and python3-numpy
 * are py-numpy, libnetcdf-dev is netcdf-c.
 */
function findPackageNames(name: string, known: readonly string[]): string[] {
  const plain = name.toLowerCase().replaceAll('_', '-');
  if (known.includes(plain)) return [plain];
  const stem = plain.replace(/^(?:lib|python3?-|py-)/, '').replace(/-(?:dev|devel)$/, '');
  const likely = [`py-${stem}`, stem].filter((candidate) => known.includes(candidate));
  const near = findNearestNames(plain, known, 3);
  const containing = known
    .filter((candidate) => [plain, stem].some((part) => candidate.split('-').includes(part)))
    .toSorted((a, b) => a.length - b.length);
  return [...new Set([...likely, ...near, ...(likely.length > 0 ? [] : containing)])].slice(0, 5);
}

/** Names in the lines after `Did you mean one of the following packages?`. */
function suggestedBySpack(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line.includes('Did you mean one of the following packages?'));
  if (start === -1) return [];
  return lines.slice(start + 1).flatMap((line) => /^\s+([\w.-]+)$/.exec(line)?.[1] ?? []);
}
