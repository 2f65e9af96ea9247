import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AppError, isAppError } from '../errors/app-error.ts';
import type { CliContext } from './io.ts';
import { createPaint } from './paint.ts';

/** What is shown of the output of the command that failed; the whole screen is for more than that. */
const shownLines = 15;

/** A failure on one screen: what failed, why, and what to do. */
export async function formatFailure(error: unknown, context: CliContext): Promise<string> {
  const paint = createPaint(context.stderr, context.env);
  if (isAppError(error) && error.code !== 'INTERNAL_ERROR') return formatAppError(error, paint);
  const id = randomUUID();
  const log = await writeErrorLog(id, error, context);
  const message = error instanceof Error ? error.message : String(error);
  return [
    `${paint.bad('✗')} CIC met a fault of its own: ${message}`,
    `  error id: ${id}`,
    ...(log === undefined ? [] : [`  details:  ${log}`]),
    `  ${paint.hint('→')} please report it with this file and the output of \`cic doctor\``,
    '',
  ].join('\n');
}

type Paint = ReturnType<typeof createPaint>;

function formatAppError(error: AppError, paint: Paint): string {
  const [message = '', ...rest] = error.message.split('\n');
  const quoted = rest.length > 0 ? rest : quotedLines(error);
  return [
    `${paint.bad('✗')} ${message}`,
    ...quoted.slice(-shownLines).map((line) => `  ${paint.dim('│')} ${line}`),
    ...(error.hint === undefined ? [] : [`  ${paint.hint('→')} ${error.hint}`]),
    paint.dim(`  ${error.code}`),
    '',
  ].join('\n');
}

/** Last lines of the program that failed, where the message does not hold them already. */
function quotedLines(error: AppError): string[] {
  const { lastLines } = error.details;
  if (!Array.isArray(lastLines)) return [];
  return lastLines.map(String).filter((line) => !error.message.includes(line));
}

/** Answers undefined where nothing can be written. */
async function writeErrorLog(id: string, error: unknown, { env }: CliContext): Promise<string | undefined> {
  const folder = join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'cic');
  const path = join(folder, `error-${id}.log`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path, `${formatCauses(error).join('\ncaused by: ')}\n`, { mode: 0o600 });
    return path;
  } catch {
    return undefined;
  }
}

function formatCauses(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.stack ?? error.message;
  return error.cause === undefined ? [own] : [own, ...formatCauses(error.cause)];
}
