import type { Command } from 'commander';
import { inspectSif, type SifInspection } from '../../sif/inspect/inspect-sif.ts';
import type { CliContext } from '../io.ts';
import { createPaint, type Paint } from '../paint.ts';
import { toPrintable } from '../printable.ts';
import { formatBytes } from '../progress/format.ts';
import { formatTable } from '../table.ts';

export function registerSifInspect(sif: Command, context: CliContext): void {
  sif
    .command('inspect')
    .summary('show what a SIF holds and says about itself')
    .argument('<file>', 'a SIF, of CIC, Apptainer or Singularity')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: true }) => {
      const inspection = await inspectSif(file);
      const paint = createPaint(context.stdout, context.env);
      context.stdout.write(
        options.json ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection, paint),
      );
    });
}

function formatInspection(inspection: SifInspection, paint: Paint): string {
  const { path, objects, labels, environment, runscript, definition } = inspection;
  const table = formatTable(
    ['ID', 'TYPE', 'OFFSET', 'SIZE', 'NAME'],
    objects.map(({ id, type, offset, size, name }) =>
      [id, type, offset, size, toPrintable(name) || '-'].map(String),
    ),
    paint,
  );
  const scripts = Object.entries({
    ...environment,
    ...(runscript !== undefined && { runscript }),
    ...(definition !== undefined && { definition }),
  }).map(([name, text]) => formatSection(name, text.trimEnd().split('\n'), paint));
  const labelLines = Object.entries(labels).map(([name, value]) => `${name}: ${value}`);
  return [
    paint.bold(path),
    ...formatFacts(inspection, paint),
    '',
    table,
    ...(labelLines.length === 0 ? [] : [formatSection('labels', labelLines, paint)]),
    ...scripts,
  ].join('\n');
}

function formatFacts(inspection: SifInspection, paint: Paint): string[] {
  const { partition, image } = inspection;
  const squashfs = partition?.squashfs;
  const facts: [string, string | undefined][] = [
    ['architecture', inspection.architecture],
    ['size', formatBytes(inspection.sizeBytes)],
    ['created', inspection.createdAt],
    ['uuid', inspection.uuid],
    ['file system', partition && `${partition.fileSystem}, ${formatBytes(partition.size)}`],
    ['compression', squashfs && `${squashfs.compression}, blocks of ${squashfs.blockSizeBytes / 1024} KiB`],
    ['files', squashfs && String(squashfs.inodes)],
    ['entrypoint', image?.entrypoint && JSON.stringify(image.entrypoint)],
    ['command', image?.command && JSON.stringify(image.command)],
    ['user', image?.user && `${toPrintable(image.user)} (not applied by Apptainer)`],
    [
      'folder',
      image?.workingDirectory && `${toPrintable(image.workingDirectory)} (not applied by Apptainer)`,
    ],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${paint.dim(name.padEnd(12))} ${value}`],
  );
}

function formatSection(name: string, lines: readonly string[], paint: Paint): string {
  return [paint.bold(name), ...lines.map((line) => `  ${toPrintable(line)}`), ''].join('\n');
}
