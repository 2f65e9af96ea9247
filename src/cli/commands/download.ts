import type { Command } from 'commander';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../io.ts';
import { createTransferLine } from '../progress/transfer-line.ts';
import { findBuild, toBuildError } from '../remote/builds.ts';
import {
  addConnectionOptions,
  type Connection,
  type ConnectionOptions,
  connect,
} from '../remote/connection.ts';
import { type Downloaded, downloadFile } from '../remote/download.ts';

type DownloadCommandOptions = ConnectionOptions & { readonly output: string };

export function registerDownload(program: Command, context: CliContext): void {
  const command = program
    .command('download')
    .summary('download the SIF of a build of a service')
    .description(
      'Downloads the SIF of a build, or one by its name, and checks it. A download that was interrupted goes on where it\n' +
        'ended. Prints the path of the file.',
    )
    .argument('<id|filename>', 'id of a build, or the name of a .sif file')
    .option('-o, --output <dir>', 'folder for the file', '.');
  addConnectionOptions(command).action(async (what: string, options: DownloadCommandOptions) => {
    const connection = await connect(options, context);
    const filename = what.endsWith('.sif') ? what : await findFilename(what, connection);
    const { path } = await downloadSif(filename, { connection, directory: options.output }, context);
    context.stdout.write(`${path}\n`);
  });
}

async function findFilename(id: string, { client }: Connection): Promise<string> {
  const build = await findBuild(client, id);
  if (build.sif !== null) return build.sif.filename;
  if (build.state === 'queued' || build.state === 'running') {
    throw new AppError('IMAGE_NOT_FOUND', 'the build has not ended', { hint: `\`cic logs -f ${build.id}\`` });
  }
  throw (
    toBuildError(build) ??
    new AppError('IMAGE_NOT_FOUND', 'the build made no SIF', {
      ...(build.image !== null && { hint: `its image is ${build.image}` }),
    })
  );
}

type Target = { readonly connection: Connection; readonly directory: string };

/** Downloads with a line that says how far it is. */
export async function downloadSif(
  filename: string,
  { connection, directory }: Target,
  { stderr, signal }: CliContext,
): Promise<Downloaded> {
  const line = createTransferLine(filename, stderr);
  const { onProgress } = line;
  return downloadFile(connection, filename, { directory, signal, onProgress }).finally(() => line.stop());
}
