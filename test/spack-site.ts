import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { run } from '../src/exec/run.ts';
import { defaultSpack } from '../src/spack/source/settings.ts';
import { readSpackVersion } from '../src/spack/source/spack-version.ts';
import { repository } from './cic.ts';
import type { StepFiles } from './step.ts';

/** The configuration's `spack` section; what it leaves out is the product's own. */
export type TestSpack = {
  readonly source?: string;
  readonly version?: string;
  readonly packages?: { readonly source?: string; readonly version?: string };
  /** Where built packages are kept. */
  readonly cache?: string;
  readonly cache_credentials_file?: string;
  readonly public_caches?: readonly {
    readonly url: string;
    readonly signed?: boolean;
    readonly keys?: readonly string[];
  }[];
};

const { env } = process;
const productCache = '/var/cache/cic';

/**
 * The Spack to test with: `CIC_TEST_SPACK` (folder or git URL; `CIC_TEST_SPACK_VERSION` is its branch, tag or
 * commit, `CIC_TEST_SPACK_PACKAGES` and `CIC_TEST_SPACK_PACKAGES_VERSION` say the same of the recipes), else the
 * one that the product keeps. None: undefined, with a line on standard error that says so.
 */
export async function findSpack(): Promise<TestSpack | undefined> {
  const source = env['CIC_TEST_SPACK'];
  if (source) {
    return {
      ...toOrigin(source, env['CIC_TEST_SPACK_VERSION']),
      packages: toOrigin(env['CIC_TEST_SPACK_PACKAGES'], env['CIC_TEST_SPACK_PACKAGES_VERSION']),
    };
  }
  const folder = join(productCache, 'spack', `spack-${defaultSpack.version}`);
  const isThere = await access(join(folder, 'bin', 'spack')).then(
    () => true,
    () => false,
  );
  if (isThere) return {};
  process.stderr.write(
    `\n!! Spack environments are NOT TESTED: there is no Spack in ${folder}; set CIC_TEST_SPACK to a folder or git URL\n\n`,
  );
  return undefined;
}

/** Whether it is from before Spack 1.0; false where that is not known before it is fetched. */
export async function isLegacy({ source = '' }: TestSpack = {}): Promise<boolean> {
  const version = await readSpackVersion(source).catch(() => undefined);
  return version?.major === 0;
}

function toOrigin(source: string | undefined, version: string | undefined) {
  return { ...(source && { source }), ...(version && { version }) };
}

/** A package of a test's own, with its source. */
export type TestPackage = {
  readonly name: string;
  /** Text of `package.py`; `@SHA256@` is the checksum of the source. */
  readonly recipe: string;
  /** Files of the source archive, or the path of one; without it no mirror has a source. */
  readonly source?: StepFiles | string;
  /** The mirror holds other bytes than those that the recipe's checksum is of. */
  readonly isCorrupt?: true;
};

export type TestSite = {
  readonly packages: readonly TestPackage[];
  /** Spack configuration of the catalogue, by file name. */
  readonly cfg?: StepFiles;
  /** The site's sections of Spack's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Machine files, by file name. */
  readonly machines?: StepFiles;
  /** Path of what builds trust; default what this machine trusts. */
  readonly caBundle?: string;
};

/**
 * Writes a site's software catalogue, in the form of before Spack 1.0, a source mirror for it, and the
 * configuration that names both. The same site has the same bytes in every run.
 *
 * @returns Path of the configuration.
 */
export async function writeSite(
  folder: string,
  spack: TestSpack,
  { packages, cfg = {}, config = {}, machines = {}, caBundle }: TestSite,
): Promise<string> {
  await run({ file: `${repository}test/setup/spack-mirror.sh`, args: [] });
  const mirror = join(folder, 'mirror');
  await mkdir(mirror, { recursive: true });
  const files: Record<string, string | Buffer> = {
    'catalogue/repo.yaml': "repo:\n  namespace: 'eflows4HPC'\n",
  };
  for (const [name, content] of Object.entries(cfg)) files[`catalogue/cfg/${name}`] = content;
  for (const [name, content] of Object.entries(machines)) files[`machines/${name}`] = content;
  for (const { name, recipe, source, isCorrupt } of packages) {
    const archive =
      typeof source === 'string' ? await readFile(source) : await packSource(`${name}-1.0`, source ?? {});
    const sha256 = createHash('sha256').update(archive).digest('hex');
    files[`catalogue/packages/${name}/package.py`] = recipe.replaceAll('@SHA256@', sha256);
    if (source === undefined) continue;
    const content = isCorrupt ? Buffer.concat([archive, Buffer.from('more')]) : archive;
    files[`mirror/_source-cache/archive/${sha256.slice(0, 2)}/${sha256}.${endingOf(source)}`] = content;
  }
  const debianMirror = join(env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test', 'spack-mirror');
  files['cic.yaml'] = JSON.stringify({
    spack: { ...spack, catalogue: { source: 'catalogue' }, mirrors: [debianMirror, 'mirror'], config },
    ...(Object.keys(machines).length > 0 && { machines: 'machines' }),
    ...(caBundle && { network: { ca_bundle: caBundle } }),
  });
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return join(folder, 'cic.yaml');
}

/** As that of the address in the recipe. */
export function endingOf(source: StepFiles | string): string {
  return (typeof source === 'string' && /\.(tar\.\w+)$/.exec(source)?.[1]) || 'tar.gz';
}

async function packSource(folder: string, files: StepFiles): Promise<Buffer> {
  const archive = pack();
  for (const [path, content] of Object.entries(files)) {
    archive.entry({ name: `${folder}/${path}`, mtime: new Date('2023-01-02T03:04:05Z') }, content);
  }
  archive.finalize();
  return gzipSync(await buffer(archive));
}
