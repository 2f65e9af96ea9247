import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import {
  type AptSource,
  parseDeb822Sources,
  parseOneLineSources,
  renameSuite,
  selectSources,
} from './apt-sources.ts';

/**
 * Where this host gets packages of a suite from. Another suite than the host's own is looked for on the
 * same mirrors.
 *
 * @throws ENGINE_BASE_UNAVAILABLE - the host's sources name no mirror of its distribution
 */
export async function readHostSources(suite: string): Promise<AptSource[]> {
  const sources = await readAllSources('/etc/apt');
  const own = selectSources(sources, suite);
  if (own.length > 0) return own;
  const hostSuite = /^VERSION_CODENAME=(\S+)$/m.exec(
    await readFile('/etc/os-release', 'utf8').catch(() => ''),
  )?.[1];
  const renamed =
    hostSuite === undefined ? [] : renameSuite(selectSources(sources, hostSuite), hostSuite, suite);
  if (renamed.length > 0) return renamed;
  throw new AppError(
    'ENGINE_BASE_UNAVAILABLE',
    `this host's apt sources name no mirror for the suite ${suite}`,
    {
      hint: 'add its mirror to the apt sources of this machine, or use an image as the base (base.image)',
    },
  );
}

async function readAllSources(directory: string): Promise<AptSource[]> {
  const folder = join(directory, 'sources.list.d');
  const names = (await readdir(folder).catch(() => [])).sort();
  const files = [join(directory, 'sources.list'), ...names.map((name) => join(folder, name))];
  const parsed = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (file.endsWith('.sources')) return parseDeb822Sources(text);
      return file.endsWith('.list') ? parseOneLineSources(text) : [];
    }),
  );
  return parsed.flat();
}
