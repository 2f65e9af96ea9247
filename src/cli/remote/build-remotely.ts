import { readFile } from 'node:fs/promises';
import { requireData } from '../../client/client.ts';
import { parseJsonDocument } from '../../document/json-document.ts';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { formatProblem } from '../../errors/problem.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { downloadSif } from '../commands/download.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { formatBuild } from '../report/builds.ts';
import { type RemoteBuild, toBuildError } from './builds.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { showUntilEnd } from './show-build.ts';

export type RemoteBuildOptions = ConnectionOptions & {
  readonly request: string;
  readonly output?: string;
  readonly push?: boolean;
  readonly cache: boolean;
  readonly dryRun?: true;
  readonly wait?: true;
  readonly download?: true;
  readonly json?: true;
};

/**
 * `cic build --remote`: asks a service for the build, and waits for it and downloads its SIF where that is wanted. With
 * `--json` standard output has one line, on failure too.
 */
export async function buildRemotely(options: RemoteBuildOptions, context: CliContext): Promise<void> {
  let hasReport = false;
  const stdout = {
    ...context.stdout,
    write(text: string) {
      hasReport = true;
      return context.stdout.write(text);
    },
  };
  try {
    await buildAt(options, { ...context, stdout });
  } catch (error) {
    if (options.json && !hasReport)
      context.stdout.write(`${JSON.stringify({ failure: toFailure(error) })}\n`);
    throw error;
  }
}

function toFailure(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  if (!isAppError(error)) return { code: 'INTERNAL_ERROR', message };
  return { code: error.code, message, ...(error.hint !== undefined && { hint: error.hint }) };
}

async function buildAt(options: RemoteBuildOptions, context: CliContext): Promise<void> {
  const body = await readRequestBody(options);
  const connection = await connect(options, context);
  const { id, joined, warnings } = await submit(body, options, connection);
  const paint = createPaint(context.stderr, context.env);
  for (const text of warnings) context.stderr.write(`${paint.warning('!')} ${text}\n`);
  if (joined) context.stderr.write(`${paint.hint('→')} an equal request is in flight: this is its build\n`);
  if (!options.wait && !options.download && !options.dryRun) {
    context.stdout.write(options.json ? `${JSON.stringify({ id, joined })}\n` : `${id}\n`);
    context.stderr.write(`${paint.hint('→')} \`cic logs -f ${id}\`, \`cic download ${id}\`\n`);
    return;
  }
  if (!options.json) context.stderr.write(`${paint.dim('build')} ${id}\n`);
  const build = await showUntilEnd(id, connection, context);
  await finish(build, { options, connection, context });
}

type End = {
  readonly options: RemoteBuildOptions;
  readonly connection: Connection;
  readonly context: CliContext;
};

async function finish(build: RemoteBuild, { options, connection, context }: End): Promise<void> {
  const { stdout, env } = context;
  const failure = toBuildError(build);
  if (options.json) stdout.write(`${JSON.stringify(build)}\n`);
  if (failure !== undefined) throw failure;
  if (build.kind === 'plan') {
    if (!options.json) stdout.write(await readPlan(build.id, connection));
    return;
  }
  if (!options.json) stdout.write(formatBuild(build, new Date(), createPaint(stdout, env)));
  if (!options.download) return;
  if (build.sif === null) {
    throw new AppError('IMAGE_NOT_FOUND', 'the build made no SIF', { hint: `its image is ${build.image}` });
  }
  const target = { connection, directory: options.output ?? '.' };
  const { path } = await downloadSif(build.sif.filename, target, context);
  if (!options.json) stdout.write(`${path}\n`);
}

async function readPlan(id: string, { client }: Connection): Promise<string> {
  const params = { path: { id, name: 'plan.json' } };
  const answer = client.GET('/api/v1/builds/{id}/files/{name}', { params, parseAs: 'text' });
  return String(await requireData(answer));
}

/** What the command line says wins over the file. */
async function readRequestBody({ request: file, push, cache }: RemoteBuildOptions): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(file, cause), { cause });
  });
  const { value, problems } = parseJsonDocument(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const faults = problems.length === 0 ? [`${file}: is no JSON object`] : problems.map(formatProblem);
    throw new AppError('REQUEST_INVALID', faults.join('\n'));
  }
  if ('path' in value && value.path) {
    throw new AppError(
      'REQUEST_INVALID',
      `${file}: path names a folder of this machine, which the service cannot see`,
      {
        hint: 'push the step into the workflow registry, or build without --remote',
      },
    );
  }
  if (push === undefined && cache) return text;
  return JSON.stringify({ ...value, ...(push !== undefined && { push }), ...(!cache && { force: true }) });
}

async function submit(body: string, { dryRun, request: file }: RemoteBuildOptions, { client }: Connection) {
  // The text as it is: what the service says of it has the lines and columns of the file.
  const init = { body: body as never, bodySerializer: (text: unknown) => String(text) };
  const answer = dryRun ? client.POST('/api/v1/dry-run', init) : client.POST('/api/v1/builds', init);
  return requireData(answer).catch((error) => {
    throw namedAfter(file, error);
  });
}

/** Places are of the file then, as editors take them. */
function namedAfter(file: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'REQUEST_INVALID') return error;
  const message = error.message.replaceAll(/^(?=\d+:\d+: )/gm, `${file}:`);
  const options = { details: error.details, ...(error.hint !== undefined && { hint: error.hint }) };
  return new AppError(error.code, message, options);
}
