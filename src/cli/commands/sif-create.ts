import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSize } from '../../config/size.ts';
import { AppError } from '../../errors/app-error.ts';
import { ociArchitectures, parsePlatform } from '../../oci/platform.ts';
import { convertToSif, type PendingSif } from '../../sif/convert/convert.ts';
import {
  blockSizes,
  compressionLevels,
  defaultSifOptions,
  type SifCompression,
  type SifOptions,
  sifCompressions,
} from '../../sif/convert/options.ts';
import { openImageSource } from '../../sif/source/open-source.ts';
import { sourceForms } from '../../sif/source/source-name.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { createConversionLine } from '../progress/conversion-line.ts';
import { formatBytes } from '../progress/format.ts';

type CreateOptions = {
  readonly compression: SifCompression;
  readonly level?: number;
  readonly blockSize: number;
  readonly mem: number;
  readonly processors?: number;
  readonly format: SifOptions['format'];
  readonly platform?: string;
  readonly arch?: string;
  readonly force?: true;
};

export function registerSifCreate(sif: Command, context: CliContext): void {
  const { compression, blockSizeBytes, memoryBytes, format } = defaultSifOptions;
  sif
    .command('create')
    .summary('convert a container image to a SIF')
    .description(
      `Converts a container image to a SIF. The source is one of\n${sourceForms.map((form) => `  ${form}`).join('\n')}`,
    )
    .argument('<source>', 'the image')
    .argument('<output>', 'the file to write')
    .addOption(
      new Option('--compression <name>', 'how to compress the files; xz, lz4 and lzo need squashfs-tools')
        .choices(sifCompressions)
        .default(compression),
    )
    .option('--level <number>', 'level of the compression (default: 5 for zstd, 6 for gzip)', parseCount)
    .addOption(
      new Option('--block-size <size>', 'size that files are compressed in')
        .argParser(parseBytes)
        .default(blockSizeBytes, '128K'),
    )
    .addOption(
      new Option('--mem <size>', 'memory for what waits to be compressed or written')
        .argParser(parseBytes)
        .default(memoryBytes, '384M'),
    )
    .option('--processors <number>', 'how many to compress with (default: all)', parseCount)
    .addOption(new Option('--format <format>', 'what to write').choices(['sif', 'squashfs']).default(format))
    .option('--platform <platform>', "which of the image's platforms (default: this machine's)")
    .addOption(
      new Option('--arch <name>', 'the same by its architecture')
        .choices(ociArchitectures)
        .conflicts('platform'),
    )
    .option('--force', 'overwrite the file')
    .action((source: string, output: string, options: CreateOptions, command: Command) => {
      const problem = findProblem(options);
      if (problem !== undefined) command.error(`error: ${problem}`);
      return create(source, resolve(context.cwd(), output), options, context);
    });
}

async function create(
  sourceName: string,
  output: string,
  options: CreateOptions,
  context: CliContext,
): Promise<void> {
  await requireFree(output, options.force === true);
  const { signal } = context;
  const platform = toPlatform(options);
  const progress = createConversionLine(context);
  try {
    const source = await openImageSource(sourceName, {
      signal,
      platform,
      workDirectory: dirname(output),
    });
    try {
      const { onProgress } = progress;
      const pending = await convertToSif(source, output, {
        ...toSifOptions(options),
        signal,
        onProgress,
      });
      await pending.publish();
      progress.stop();
      report(pending, context);
    } finally {
      await source.close();
    }
  } finally {
    progress.stop();
  }
}

function report({ path, sizeBytes, sha256, warnings }: PendingSif, { stdout, stderr, env }: CliContext) {
  const warn = createPaint(stderr, env);
  for (const warning of warnings) stderr.write(`${warn.warning('!')} ${warning}\n`);
  const paint = createPaint(stdout, env);
  const show = (name: string, value: string) => `  ${paint.dim(name.padEnd(6))} ${value}\n`;
  stdout.write(`${paint.good('✓')} ${paint.bold(path)}\n`);
  stdout.write(show('size', `${sizeBytes} bytes (${formatBytes(sizeBytes)})`) + show('sha256', sha256));
}

/** What only shows when options are taken together. */
function findProblem({ compression, level, blockSize, mem }: CreateOptions): string | undefined {
  const levels = compressionLevels[compression];
  if (level !== undefined && (levels === undefined || level > levels.max)) {
    const allowed = levels === undefined ? 'it has no levels' : `its levels are 1 to ${levels.max}`;
    return `--level ${level} cannot be used with ${compression}: ${allowed}`;
  }
  const { minBytes, maxBytes } = blockSizes;
  if (blockSize < minBytes || blockSize > maxBytes || !Number.isInteger(Math.log2(blockSize)))
    return `--block-size must be a power of two from 4K to 1M, not ${blockSize}`;
  return mem < 2 ** 20 ? `--mem must be at least 1M, not ${mem}` : undefined;
}

function toSifOptions(options: CreateOptions): SifOptions {
  const { compression, level, processors, format, blockSize, mem } = options;
  return {
    compression,
    level: level ?? compressionLevels[compression]?.usual,
    blockSizeBytes: blockSize,
    memoryBytes: mem,
    processors,
    format,
  };
}

function toPlatform({ platform, arch }: CreateOptions) {
  const name = platform ?? (arch === undefined ? undefined : `linux/${arch}`);
  return name === undefined ? undefined : parsePlatform(name);
}

/** @throws SIF_OUTPUT_UNUSABLE - the file exists and is not to be overwritten, or is none */
async function requireFree(path: string, isForced: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (isForced && found.isFile())) return;
  throw new AppError('SIF_OUTPUT_UNUSABLE', `${path} exists${found.isFile() ? '' : ' and is no file'}`, {
    hint: found.isFile() ? 'overwrite it with --force, or choose another name' : 'choose another name',
  });
}

function parseBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Write a size such as 384M or 2G.');
  return bytes;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return count;
}
