import { isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { run } from '../exec/run.ts';
import { planListImages as planListBuildah, type StoreSettings } from './buildah/commands.ts';
import { planListImages as planListDocker } from './buildx/commands.ts';
import type { CallOptions, EngineKind } from './port.ts';

/** An image that CIC has given a name to build from, and that stays in an engine's store. */
export type KeptImage = {
  /** `localhost/cic/base:…`, `localhost/cic/toolchain:…` */
  readonly names: readonly string[];
  /** As the engine rounds it; layers that images share are counted for each. */
  readonly sizeBytes: number;
  /** RFC 3339. */
  readonly created: string;
};

/** By engine; one that is not there has no entry. */
export type KeptImages = Readonly<Partial<Record<EngineKind, readonly KeptImage[]>>>;

/** Names that CIC gives for itself; finished images have others. */
const keptPrefix = 'localhost/cic/';

/**
 * What CIC keeps in the stores of the engines: base images, toolchains, and images in which Spack environments were
 * solved and built. None is needed when nothing builds: whatever is missing is made again.
 */
export async function listKeptImages(store: StoreSettings, call: CallOptions): Promise<KeptImages> {
  const buildx = await list(planListDocker('docker', `${keptPrefix}*`), parseDockerImages, call);
  const buildah = await list(planListBuildah(store, `${keptPrefix}*`), parseBuildahImages, call);
  return { ...(buildx && { buildx }), ...(buildah && { buildah }) };
}

async function list(
  command: Command,
  parse: (text: string) => KeptImage[],
  { signal }: CallOptions,
): Promise<readonly KeptImage[] | undefined> {
  try {
    const { stdout } = await run(command, { signal, timeoutMs: 10_000 });
    return parse(stdout);
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error;
    return undefined;
  }
}

type DockerImage = { ID: string; Repository: string; Tag: string; Size: string; CreatedAt: string };

/** A line of JSON for each name. */
export function parseDockerImages(text: string): KeptImage[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const byId = Map.groupBy(
    lines.map((line) => JSON.parse(line) as DockerImage),
    ({ ID }) => ID,
  );
  return [...byId.values()].flatMap((images) => {
    const [first] = images;
    if (first === undefined) return [];
    const names = images.map(({ Repository, Tag }) => `${Repository}:${Tag}`);
    return [{ names, sizeBytes: parseRounded(first.Size), created: toRfc3339(first.CreatedAt) }];
  });
}

type BuildahImage = { names?: string[]; size: string; createdatraw: string };

export function parseBuildahImages(text: string): KeptImage[] {
  const images = JSON.parse(text.trim() || '[]') as BuildahImage[] | null;
  return (images ?? []).flatMap(({ names = [], size, createdatraw }) => {
    const kept = names.filter((name) => name.startsWith(keptPrefix));
    return kept.length === 0
      ? []
      : [{ names: kept, sizeBytes: parseRounded(size), created: toRfc3339(createdatraw) }];
  });
}

const units: readonly string[] = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `895 MB`, `2.01GB`; both engines count in thousands. */
function parseRounded(text: string): number {
  const [, number = '0', unit = 'B'] = /^([\d.]+)\s*([kKMGT]?B)/.exec(text) ?? [];
  return Math.round(Number(number) * 1000 ** Math.max(0, units.indexOf(unit.toUpperCase())));
}

/** Docker writes `2026-11-26 12:48:42 +0000 UTC`. */
function toRfc3339(text: string): string {
  const time = new Date(text.replace(/ [A-Z]{3,5}$/, ''));
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
