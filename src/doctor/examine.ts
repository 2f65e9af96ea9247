import { mkdir, readFile, statfs } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { type KeptImages, listKeptImages } from '../engine/kept-images.ts';
import type { Engine, EngineKind, EngineStatus } from '../engine/port.ts';
import { readHostMicroarchitecture } from '../machine/read-host.ts';
import { formatPlatform, hostPlatform } from '../oci/platform.ts';
import { type FoundSpack, findSpack } from '../spack/source/find-spack.ts';
import { findProgram, readTools, type Tool } from './tools.ts';

/** What `cic doctor` finds out. */
export type Examination = {
  readonly machine: {
    readonly platform: string;
    readonly microarchitecture: string;
    readonly system: string;
    readonly node: string;
    readonly isRoot: boolean;
  };
  readonly tools: readonly ExaminedTool[];
  readonly engines: Readonly<Partial<Record<EngineKind, EngineStatus>>>;
  readonly folders: readonly ExaminedFolder[];
  /** What earlier builds left in the stores of the engines, and the next ones start from. */
  readonly keptImages: KeptImages;
  /** For steps with a Spack environment; the others need none. */
  readonly spack: FoundSpack;
  /** True when `cic build` can run. */
  readonly canBuild: boolean;
};

export type ExaminedTool = Tool & {
  readonly path?: string;
  /** False for what only an option or another engine would need. */
  readonly isNeeded: boolean;
};

export type ExaminedFolder = {
  readonly purpose: 'cache' | 'work' | 'images';
  readonly path: string;
  /** Bytes; absent when the folder cannot be used. */
  readonly freeBytes?: number;
  readonly fault?: string;
};

export type ExamineOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Instead of the configuration's. */
  readonly engine?: Config['engine']['kind'] | undefined;
  readonly signal?: AbortSignal | undefined;
};

export async function examine(
  config: Config,
  engines: readonly Engine[],
  { env, isRoot, engine, signal }: ExamineOptions,
): Promise<Examination> {
  const statuses = await Promise.all(
    engines.map(async (engine) => [engine.kind, await engine.check({ signal })] as const),
  );
  const usable = statuses.filter(([, status]) => status.usable).map(([kind]) => kind);
  const wanted = engine ?? config.engine.kind;
  const hasEngine = wanted === 'auto' ? usable.length > 0 : usable.includes(wanted);
  const needs = [
    'build',
    config.sif.compression,
    ...(wanted === 'buildx' || (wanted === 'auto' && usable.includes('buildx')) ? [] : ['buildah']),
  ];
  if (config.registry !== undefined) needs.push('registry');
  if (config.engine.emulation) needs.push('emulation');
  if (!isRoot && needs.includes('buildah')) needs.push('rootless');
  const tools = await examineTools(needs, env['PATH'] ?? '');
  const folders = await examineFolders(config);
  const isComplete = tools.every((tool) => !tool.isNeeded || tool.path !== undefined);
  const canWrite = folders.every(({ fault }) => fault === undefined);
  return {
    machine: { ...(await describeMachine()), isRoot },
    tools,
    engines: Object.fromEntries(statuses),
    folders,
    keptImages: await listKeptImages(config.engine.buildah, { signal }),
    spack: await findSpack(config.spack, { cacheDirectory: config.directories.cache }),
    canBuild: hasEngine && isComplete && canWrite,
  };
}

async function examineTools(needs: readonly string[], searchPath: string): Promise<ExaminedTool[]> {
  const tools = await readTools();
  return Promise.all(
    tools.map(async (tool) => {
      const path = await findProgram(tool.name, searchPath);
      const isNeeded = tool.neededBy.some((need) => needs.includes(need));
      return { ...tool, isNeeded, ...(path !== undefined && { path }) };
    }),
  );
}

function examineFolders({ directories }: Config): Promise<ExaminedFolder[]> {
  const purposes = ['cache', 'work', 'images'] as const;
  return Promise.all(purposes.map((purpose) => examineFolder(purpose, directories[purpose])));
}

/** The images folder belongs to the user: it is not made before there is an image. */
async function examineFolder(purpose: ExaminedFolder['purpose'], path: string): Promise<ExaminedFolder> {
  try {
    if (purpose !== 'images') await mkdir(path, { recursive: true });
    const { bavail, bsize } = await statfs(path);
    return { purpose, path, freeBytes: bavail * bsize };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return purpose === 'images' && code === 'ENOENT' ? { purpose, path } : { purpose, path, fault: message };
  }
}

async function describeMachine(): Promise<Omit<Examination['machine'], 'isRoot'>> {
  const platform = hostPlatform();
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const microarchitecture = await readHostMicroarchitecture();
  return {
    platform: platform === undefined ? process.arch : formatPlatform(platform),
    microarchitecture: microarchitecture?.name ?? 'unknown',
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? process.platform,
    node: process.version,
  };
}
