import { readFile } from 'node:fs/promises';
import { toUnreachable } from '../client/service-error.ts';
import { isAppError } from '../errors/app-error.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { createTransferLine } from './progress/transfer-line.ts';
import { downloadFile } from './remote/download.ts';
import { trustAuthorities } from './remote/trust.ts';

const usage =
  'usage: cic_cli [-k] <user> <passwd> <url> <build|status|download> <json_file|build_id|image_name>\n' +
  '  -k  accept any certificate\n';

const usageExitCode = 2;
const basePath = '/image_creation';

/**
 * `cic_cli`: the words and the output of the client of CIC's predecessor.
 *
 * @returns The exit code.
 * @see shared contract, §9
 */
export async function runCicCli(argv: readonly string[], io: CliIo, signal: AbortSignal): Promise<number> {
  const call = parseArguments(argv);
  if (call === undefined) {
    io.stderr.write(usage);
    return usageExitCode;
  }
  try {
    await trustAuthorities(call.url, call);
    io.stdout.write('Response:\n');
    if (call.action === 'download') return await download(call, io, signal);
    return await printAnswer(call, io, signal);
  } catch (error) {
    io.stderr.write(`cic_cli: ${error instanceof Error ? error.message : String(error)}\n`);
    if (isAppError(error) && error.hint !== undefined) io.stderr.write(`  ${error.hint}\n`);
    return exitCodeOf(error);
  }
}

type Call = {
  readonly insecure: boolean;
  readonly authorization: string;
  readonly url: string;
  readonly action: 'build' | 'status' | 'download';
  readonly subject: string;
};

/** Five words are taken as they are: a password may look like an option. */
function parseArguments(argv: readonly string[]): Call | undefined {
  const isOption = (word: string | undefined) => word === '-k' || word === '--insecure';
  const insecure = argv.length === 6 && (isOption(argv[0]) || isOption(argv[5]));
  const words = !insecure ? argv : isOption(argv[0]) ? argv.slice(1) : argv.slice(0, 5);
  const [user, password, url, action, subject] = words;
  if (user === undefined || password === undefined || url === undefined || subject === undefined)
    return undefined;
  if (words.length !== 5 || (action !== 'build' && action !== 'status' && action !== 'download'))
    return undefined;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { insecure, authorization, url: url.replace(/\/+$/, ''), action, subject };
}

/** The documented address has no base path; one that has it is meant as it is. */
function listBases({ url }: Call): string[] {
  return url.endsWith(basePath) ? [url] : [`${url}${basePath}`, url];
}

async function printAnswer(call: Call, { stdout }: CliIo, signal: AbortSignal): Promise<number> {
  const { authorization, action, subject } = call;
  const headers = { authorization, accept: 'application/json' };
  const body = action === 'build' ? await readRequest(subject) : undefined;
  const path = action === 'build' ? '/build' : `/build/${encodeURIComponent(subject)}`;
  const init =
    body === undefined
      ? { headers, signal }
      : { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body, signal };
  const { ok, text } = await askFirst(listBases(call), path, init);
  stdout.write(`${text.trimEnd()}\n`);
  return ok ? 0 : 1;
}

/** A service without the default base path says that there is nothing at it. */
async function askFirst(bases: readonly string[], path: string, init: RequestInit) {
  let answer = { ok: false, text: '' };
  for (const base of bases) {
    const reply = await fetch(`${base}${path}`, init).catch((cause) => {
      throw toUnreachable(cause, base);
    });
    answer = { ok: reply.ok, text: await reply.text() };
    if (reply.status !== 404 || /"(?:BUILD|IMAGE)_NOT_FOUND"/.test(answer.text)) break;
  }
  return answer;
}

async function readRequest(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new Error(explainUnreadable(file, cause));
  });
}

async function download(call: Call, io: CliIo, signal: AbortSignal): Promise<number> {
  const { authorization, subject } = call;
  const line = createTransferLine(subject, io.stderr);
  const options = { directory: io.cwd(), signal, onProgress: line.onProgress };
  const [first = '', second] = listBases(call);
  try {
    await downloadFile({ url: first, authorization }, subject, options).catch((error) => {
      if (second === undefined || !isNothingThere(error)) throw error;
      return downloadFile({ url: second, authorization }, subject, options);
    });
  } finally {
    line.stop();
  }
  return 0;
}

function isNothingThere(error: unknown): boolean {
  return (
    isAppError(error, 'API_NOT_FOUND') ||
    (isAppError(error, 'SERVICE_FAILED') && error.details['status'] === 404)
  );
}
