import { z } from 'zod';
import { isAppError } from '../../errors/app-error.ts';
import type { SifDescriptor } from '../format/descriptor.ts';
import { architectureCodes, dataTypes, fileSystems } from '../format/layout.ts';
import { decodeSuperblock, superblockBytes } from '../format/squashfs.ts';
import { findPrimaryPartition, readTextObject, type SifFile, withSifFile } from './sif-file.ts';

/** What a SIF says about itself. */
export type SifInspection = {
  readonly path: string;
  readonly sizeBytes: number;
  /** OCI's name, or SIF's code where OCI has none. */
  readonly architecture: string;
  readonly uuid: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly objects: readonly SifObject[];
  readonly partition?: PartitionInspection;
  readonly labels: Readonly<Record<string, string>>;
  readonly runscript?: string;
  /** Scripts that set the environment, by their path in the container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly definition?: string;
  /** Settings of the OCI image; user and working folder are not applied by Apptainer. */
  readonly image?: ImageSettings;
};

export type SifObject = Pick<SifDescriptor, 'id' | 'name' | 'offset' | 'size' | 'link'> & {
  readonly type: string;
};

export type PartitionInspection = {
  readonly fileSystem: string;
  readonly architecture: string;
  readonly offset: number;
  readonly size: number;
  /** Absent where the file system is not a readable squashfs. */
  readonly squashfs?: {
    readonly compression: string;
    readonly blockSizeBytes: number;
    readonly inodes: number;
    readonly bytesUsed: number;
  };
};

export type ImageSettings = {
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  readonly variables?: readonly string[] | undefined;
};

/**
 * Reads what a SIF says about itself; one that Apptainer or Singularity made, too.
 *
 * @throws FILE_UNREADABLE, SIF_INVALID
 */
export function inspectSif(path: string): Promise<SifInspection> {
  return withSifFile(path, async (sif) => {
    const { header, sizeBytes } = sif;
    const partition = await inspectPartition(sif);
    return {
      path,
      sizeBytes,
      architecture: nameArchitecture(header.architecture),
      uuid: formatUuid(header.uuid),
      createdAt: formatTime(header.createdAt),
      objects: sif.descriptors.map(toObject),
      ...(partition !== undefined && { partition }),
      ...(await readMetadata(sif)),
    };
  });
}

const typeNames = new Map<number, string>(Object.entries(dataTypes).map(([name, type]) => [type, name]));
const fileSystemNames: Readonly<Record<number, string>> = {
  [fileSystems.squashfs]: 'squashfs',
  2: 'ext3',
  3: 'archive',
  4: 'raw',
  5: 'encrypted squashfs',
};

function toObject({ id, type, name, offset, size, link }: SifDescriptor): SifObject {
  const typeName = typeNames.get(type) ?? `0x${type.toString(16)}`;
  return { id, type: typeName, name, offset, size, ...(link !== undefined && { link }) };
}

async function inspectPartition(sif: SifFile): Promise<PartitionInspection | undefined> {
  const descriptor = findPrimaryPartition(sif);
  if (descriptor?.partition === undefined) return undefined;
  const { fileSystem, architecture } = descriptor.partition;
  const squashfs = await readSquashfs(sif, descriptor);
  return {
    fileSystem: fileSystemNames[fileSystem] ?? String(fileSystem),
    architecture: nameArchitecture(architecture),
    offset: descriptor.offset,
    size: descriptor.size,
    ...(squashfs !== undefined && { squashfs }),
  };
}

async function readSquashfs(
  sif: SifFile,
  { offset }: SifDescriptor,
): Promise<PartitionInspection['squashfs'] | undefined> {
  try {
    const superblock = decodeSuperblock(await sif.readAt(offset, superblockBytes));
    const { compression, blockSizeBytes, inodes, bytesUsed } = superblock;
    return { compression, blockSizeBytes, inodes, bytesUsed };
  } catch (error) {
    if (isAppError(error, 'SIF_INVALID')) return undefined;
    throw error;
  }
}

const textByName = z.record(z.string(), z.string()).catch({});
const metadataSchema = z.looseObject({
  data: z.looseObject({
    attributes: z.looseObject({
      environment: textByName,
      labels: textByName,
      runscript: z.string().optional().catch(undefined),
      deffile: z.string().optional().catch(undefined),
    }),
  }),
});
const words = z.array(z.string()).optional().catch(undefined);
const settingsSchema = z.looseObject({
  User: z.string().optional().catch(undefined),
  WorkingDir: z.string().optional().catch(undefined),
  Entrypoint: words,
  Cmd: words,
  Env: words,
});

type Metadata = Pick<SifInspection, 'labels' | 'runscript' | 'environment' | 'definition' | 'image'>;

async function readMetadata(sif: SifFile): Promise<Metadata> {
  const metadata = parseJson(metadataSchema, await readTextObject(sif, { name: 'inspect-metadata.json' }));
  const attributes = metadata?.data.attributes;
  const definition = (await readTextObject(sif, { type: dataTypes.definitionFile })) ?? attributes?.deffile;
  const image = await readImageSettings(sif);
  return {
    labels: attributes?.labels ?? {},
    environment: attributes?.environment ?? {},
    ...(attributes?.runscript !== undefined && { runscript: attributes.runscript }),
    ...(definition !== undefined && { definition }),
    ...(image !== undefined && { image }),
  };
}

async function readImageSettings(sif: SifFile): Promise<ImageSettings | undefined> {
  const settings = parseJson(settingsSchema, await readTextObject(sif, { name: 'oci-config.json' }));
  if (settings === undefined) return undefined;
  return {
    user: settings.User || undefined,
    workingDirectory: settings.WorkingDir || undefined,
    entrypoint: settings.Entrypoint,
    command: settings.Cmd,
    variables: settings.Env,
  };
}

/** Undefined for what another program wrote in another form. */
function parseJson<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function nameArchitecture(code: string): string {
  return Object.entries(architectureCodes).find(([, known]) => known === code)?.[0] ?? code;
}

function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]].map((range) => hex.slice(...range)).join('-');
}

/** Times beyond what a date can hold are shown as the epoch. */
function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return new Date(Number.isNaN(date.getTime()) ? 0 : date).toISOString();
}
