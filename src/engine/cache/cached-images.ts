import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import { buildah, type StoreSettings } from '../buildah/commands.ts';
import { findDocker } from '../buildx/find-docker.ts';
import type { CallOptions, EngineKind } from '../port.ts';

/** An image of CIC's own in an engine's store: nobody but CIC has a name for it. */
export type CachedImage = {
  /** 64 hex digits. */
  readonly id: string;
  /** Names that only CIC uses; none for what a newer build took the name from. */
  readonly names: readonly string[];
  /** With what it shares with others; rough for buildah, which says it in words. */
  readonly sizeBytes: number;
  /** A killed process has left it half written: it is of no use. */
  readonly isDamaged?: true;
};

export type ImageCache = {
  /** While there are damaged images, only these: buildah cannot list the others beside them. */
  list(call?: CallOptions): Promise<readonly CachedImage[]>;
  /** Answers false for an image that is in use. */
  remove(image: CachedImage, call?: CallOptions): Promise<boolean>;
};

/** Every image that CIC builds for others has it. */
const ownLabel = 'cic.recipe.digest';
const ownNames = 'localhost/cic/';
const writtenWithinMs = 1000;

/** @param layoutFolder Where base images are made; buildah names them after it. */
export function createImageCache(
  kind: EngineKind,
  settings: StoreSettings,
  layoutFolder: string,
): ImageCache {
  const isOwn = (name: string) => name.startsWith(ownNames) || name.startsWith(`localhost${layoutFolder}/`);
  return kind === 'buildah' ? createBuildahCache(settings, isOwn) : createDockerCache(isOwn);
}

type Found = { readonly id: string; readonly names: readonly string[]; readonly sizeBytes: number };

/** An image that somebody else has named too is not CIC's to remove. */
function keepOwn(found: readonly Found[], isOwn: (name: string) => boolean): CachedImage[] {
  const unique = new Map(found.map((image) => [image.id, image]));
  return [...unique.values()].filter(({ names }) => names.every(isOwn));
}

type BuildahImage = { readonly id: string; readonly names: readonly string[] | null; readonly size: string };

function createBuildahCache(settings: StoreSettings, isOwn: (name: string) => boolean): ImageCache {
  const list = async (filters: readonly string[], { signal }: CallOptions): Promise<Found[]> => {
    const args = ['images', '--json', '--no-trunc', ...filters.flatMap((filter) => ['--filter', filter])];
    const { stdout } = await run(buildah(settings, {}, args), { signal });
    const images = (JSON.parse(stdout.trim() || '[]') ?? []) as readonly BuildahImage[];
    return images.map(({ id, names, size }) => ({
      id: id.replace(/^sha256:/, ''),
      names: names ?? [],
      sizeBytes: parseDecimalSize(size),
    }));
  };
  return {
    async list(call = {}) {
      const damaged = await listDamaged(settings, call);
      if (damaged.length > 0) return damaged;
      const named = await list([`reference=${ownNames}*`], call);
      const untagged = await list(['dangling=true', `label=${ownLabel}`], call);
      return keepOwn([...named, ...untagged], isOwn);
    },
    remove: ({ id, names }, call) =>
      tryToRemove(() => run(buildah(settings, {}, ['rmi', ...(names.length > 0 ? names : [id])]), call)),
  };
}

/** Images without a manifest. One that is being written has none for a moment: only what stays so counts. */
async function listDamaged(settings: StoreSettings, { signal }: CallOptions): Promise<CachedImage[]> {
  const find = async () => {
    const options = { signal, acceptExitCodes: [0, 125] };
    const { stderr } = await run(buildah(settings, {}, ['images', '--quiet']), options);
    const found = stderr.matchAll(/locating item named \S+ for image with ID \\?"([0-9a-f]{64})/g);
    return new Set([...found].map(([, id = '']) => id));
  };
  const first = await find();
  if (first.size === 0) return [];
  await sleep(writtenWithinMs, undefined, { signal });
  const second = await find();
  return [...first]
    .filter((id) => second.has(id))
    .map((id) => ({ id, names: [], sizeBytes: 0, isDamaged: true }));
}

function createDockerCache(isOwn: (name: string) => boolean): ImageCache {
  const find = async (call: CallOptions) => {
    const docker = await findDocker(process.env['PATH'] ?? '', call);
    return typeof docker === 'object' ? docker.file : undefined;
  };
  return {
    async list(call = {}) {
      const file = await find(call);
      if (file === undefined) return [];
      const ask = async (...args: readonly string[]) => (await run({ file, args }, call)).stdout.trim();
      const listIds = async (...filters: readonly string[]) => {
        const args = filters.flatMap((filter) => ['--filter', filter]);
        return (await ask('image', 'ls', '--quiet', '--no-trunc', ...args)).split('\n').filter(Boolean);
      };
      const named = await listIds(`reference=${ownNames}*`);
      const ids = new Set([...named, ...(await listIds('dangling=true', `label=${ownLabel}`))]);
      if (ids.size === 0) return [];
      const format = '{"id":{{json .Id}},"names":{{json .RepoTags}},"sizeBytes":{{json .Size}}}';
      const lines = await ask('image', 'inspect', '--format', format, ...ids);
      const found = lines.split('\n').map((line) => JSON.parse(line) as Found);
      return keepOwn(
        found.map(({ id, names, sizeBytes }) => ({
          id: id.replace(/^sha256:/, ''),
          names: names ?? [],
          sizeBytes,
        })),
        isOwn,
      );
    },
    async remove({ id, names }, call = {}) {
      const file = await find(call);
      if (file === undefined) return false;
      return tryToRemove(() =>
        run({ file, args: ['image', 'rm', ...(names.length > 0 ? names : [id])] }, call),
      );
    },
  };
}

async function tryToRemove(remove: () => Promise<unknown>): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED')) return false;
    throw error;
  }
}

const decimalUnits: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `14.3 KB`, as buildah writes sizes. */
function parseDecimalSize(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)\s*([KMGT]?B)$/i.exec(text.trim()) ?? [];
  return Math.round(Number(number ?? 0) * (decimalUnits[unit.toUpperCase()] ?? 0));
}
