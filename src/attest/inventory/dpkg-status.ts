import type { AptPackage } from '../package.ts';
import { parseFields } from './control-fields.ts';

/**
 * Reads `/var/lib/dpkg/status`, or a file of `status.d` in images without dpkg. Packages that were removed
 * but left their configuration are not there.
 *
 * @see deb-control(5), dpkg(1) "Package states"
 */
export function parseDpkgStatus(text: string): AptPackage[] {
  return text
    .split(/\n{2,}/)
    .map((stanza) => toPackage(parseFields(stanza.trimStart())))
    .filter((entry) => entry !== undefined);
}

function toPackage(fields: ReadonlyMap<string, string>): AptPackage | undefined {
  const name = fields.get('package');
  const version = fields.get('version');
  const status = fields.get('status');
  const isInstalled = status === undefined || status.endsWith(' installed');
  if (name === undefined || version === undefined || !isInstalled) return undefined;
  const maintainer = fields.get('maintainer');
  return {
    manager: 'apt',
    name,
    version,
    architecture: fields.get('architecture') ?? 'all',
    ...(maintainer !== undefined && { maintainer }),
    source: parseSource(fields.get('source'), { name, version }),
  };
}

/** `gcc-12 (12.2.0-14)`; the version only where it differs from the package's, nothing where the name does not. */
function parseSource(text: string | undefined, own: AptPackage['source']): AptPackage['source'] {
  const match = /^(\S+)(?:\s+\((\S+)\))?$/.exec(text ?? '');
  return { name: match?.[1] ?? own.name, version: match?.[2] ?? own.version };
}
