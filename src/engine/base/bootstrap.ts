import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { withLock } from '../../exec/lock.ts';
import { run } from '../../exec/run.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import type { OciArchitecture, Platform } from '../../oci/platform.ts';
import { type EmulationOptions, requirePlatform } from '../emulation.ts';
import type { EngineEventListener } from '../events.ts';
import { type AptSource, formatDeb822Sources, splitCredentials } from './apt-sources.ts';
import { readHostSources } from './host-sources.ts';
import { readLayoutDigest, writeSingleLayerLayout } from './layout.ts';

export type BootstrapOptions = EmulationOptions & {
  readonly suite: string;
  readonly platform: Platform;
  /** Absolute folder that keeps finished bases. */
  readonly cacheDirectory: string;
  /** Instead of the host's own sources. */
  readonly sources?: readonly AptSource[] | undefined;
  /** Make it anew although it is in the cache. */
  readonly refresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EngineEventListener | undefined;
};

/** A base image as an OCI image layout on disk. */
export type BootstrappedBase = { readonly layout: string; readonly digest: Digest };

/** Raised when a base is made differently, so that older ones in caches are not taken. */
const layoutVersion = 1;

/** What every base holds beyond the essential packages: HTTPS needs certificates. */
const includedPackages = ['ca-certificates'];

const debianArchitectures: Readonly<Record<OciArchitecture, string>> = {
  amd64: 'amd64',
  arm64: 'arm64',
  ppc64le: 'ppc64el',
};

/**
 * Makes a base image of a Debian or Ubuntu suite from package mirrors; no registry is involved. It is
 * kept under a key of everything that goes into it; of several processes that want the same base, one
 * makes it and the others wait.
 *
 * @throws ENGINE_BASE_UNAVAILABLE - no mirror, unreachable, or the suite is not there
 * @throws ENGINE_PLATFORM_UNSUPPORTED - another architecture without emulation
 * @throws CANCELLED - `signal` was aborted; nothing is left behind
 */
export async function bootstrapBase(options: BootstrapOptions): Promise<BootstrappedBase> {
  const { suite, platform, cacheDirectory } = options;
  const { sources, aptAuth } = splitCredentials(options.sources ?? (await readHostSources(suite)));
  const sourcesText = formatDeb822Sources(sources);
  const key = digestHex(
    digestOf([layoutVersion, suite, platform.architecture, ...includedPackages, sourcesText].join('\n')),
  );
  const layout = join(cacheDirectory, `${suite}-${platform.architecture}-${key.slice(0, 12)}`);
  await mkdir(cacheDirectory, { recursive: true });
  return withLock(`${layout}.lock`, options, async () => {
    const cached = options.refresh ? undefined : await readLayoutDigest(layout);
    if (cached !== undefined) return { layout, digest: cached };
    await requirePlatform(platform, options);
    return announce(options, () => makeBase(layout, { sourcesText, aptAuth }, options));
  });
}

type Inputs = { readonly sourcesText: string; readonly aptAuth: string };

async function makeBase(
  layout: string,
  inputs: Inputs,
  options: BootstrapOptions,
): Promise<BootstrappedBase> {
  const partial = `${layout}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  try {
    const sources = join(partial, 'cic.sources');
    const rootfsTar = join(partial, 'rootfs.tar');
    const auth = inputs.aptAuth === '' ? undefined : join(partial, 'auth.conf');
    await writeFile(sources, inputs.sourcesText);
    if (auth !== undefined) await writeFile(auth, inputs.aptAuth, { mode: 0o600 });
    const created = startOfToday();
    await run(planBootstrap({ ...options, sources, rootfsTar, auth, created }), {
      signal: options.signal,
      onLine: (line, stream) => options.onEvent?.({ kind: 'log', stage: 'base', line, stream }),
    });
    await rm(sources);
    if (auth !== undefined) await rm(auth);
    const digest = await writeSingleLayerLayout(partial, {
      rootfsTar,
      platform: options.platform,
      created: created.toISOString(),
    });
    await rm(layout, { recursive: true, force: true });
    await rename(partial, layout);
    return { layout, digest };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw isAppError(error, 'EXEC_FAILED') ? toBaseError(error, options.suite) : error;
  }
}

type BootstrapPlan = Pick<BootstrapOptions, 'suite' | 'platform'> & {
  readonly sources: string;
  readonly rootfsTar: string;
  readonly auth: string | undefined;
  readonly created: Date;
};

/** `SOURCE_DATE_EPOCH` makes mmdebstrap's output reproducible: equal packages give equal bytes. */
function planBootstrap({ suite, platform, sources, rootfsTar, auth, created }: BootstrapPlan): Command {
  return {
    file: 'mmdebstrap',
    args: [
      '--variant=minbase',
      `--architectures=${debianArchitectures[platform.architecture]}`,
      `--include=${includedPackages.join(',')}`,
      ...(auth === undefined ? [] : [`--aptopt=Dir::Etc::netrc "${auth}"`]),
      suite,
      rootfsTar,
      sources,
    ],
    env: { SOURCE_DATE_EPOCH: String(created.getTime() / 1000) },
  };
}

async function announce(
  options: BootstrapOptions,
  work: () => Promise<BootstrappedBase>,
): Promise<BootstrappedBase> {
  const { onEvent, suite } = options;
  onEvent?.({ kind: 'stage-started', stage: 'base', title: `Make the base image (${suite})` });
  try {
    const base = await work();
    onEvent?.({ kind: 'stage-finished', stage: 'base', outcome: 'done' });
    return base;
  } catch (error) {
    const outcome = isAppError(error, 'CANCELLED') ? 'cancelled' : 'failed';
    onEvent?.({ kind: 'stage-finished', stage: 'base', outcome });
    throw error;
  }
}

function toBaseError(error: AppError, suite: string): AppError {
  return new AppError(
    'ENGINE_BASE_UNAVAILABLE',
    `the base image ${suite} could not be made: ${error.message}`,
    {
      hint: 'check that the mirror has the suite and is reachable (proxy, certificates)',
      details: error.details,
      cause: error,
    },
  );
}

function startOfToday(): Date {
  const day = 24 * 60 * 60 * 1000;
  return new Date(Math.floor(Date.now() / day) * day);
}
