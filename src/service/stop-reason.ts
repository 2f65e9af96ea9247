import { AppError, isAppError } from '../errors/app-error.ts';
import type { BuildFailure, BuildOutcome } from './build-record.ts';
import { type Mask, maskDeep } from './log/mask-secrets.ts';

/** Why a worker stops a build before it has ended by itself. */
export type StopReason =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'too-long'; readonly limitMs: number }
  | { readonly kind: 'silent'; readonly limitMs: number }
  /** The service ends: the build goes back to the queue. */
  | { readonly kind: 'shutdown' }
  /** Another worker has it. */
  | { readonly kind: 'lost' };

/** How a build that threw has ended; undefined when that is not for this worker to say. */
export function toOutcome(
  error: unknown,
  reason: StopReason | undefined,
  mask: Mask,
): BuildOutcome | undefined {
  // An error that is not the stop itself came first: it is what the user must see.
  const isStopped = reason !== undefined && isAppError(error, 'CANCELLED');
  if (!isStopped) return { state: 'failed', failure: maskDeep(toFailure(error), mask) };
  switch (reason.kind) {
    case 'cancelled':
      return { state: 'cancelled', failure: { code: 'CANCELLED', message: 'cancelled by a user' } };
    case 'too-long':
      return timedOut(`the build took longer than ${formatMinutes(reason.limitMs)}`);
    case 'silent':
      return timedOut(`the build said nothing for ${formatMinutes(reason.limitMs)}`);
    default:
      return undefined;
  }
}

function timedOut(message: string): BuildOutcome {
  const hint = 'the limits are service.limits in the configuration of the service';
  return { state: 'timed_out', failure: { code: 'BUILD_TIMED_OUT', message, hint } };
}

function toFailure(error: unknown): BuildFailure {
  if (error instanceof AppError && error.code !== 'INTERNAL_ERROR') {
    return {
      code: error.code,
      message: [error.message, ...lastLinesOf(error)].join('\n'),
      ...(error.hint !== undefined && { hint: error.hint }),
    };
  }
  const message = 'CIC met a fault of its own';
  return { code: 'INTERNAL_ERROR', message, hint: 'ask the operator; its log has the cause' };
}

/** What the program that failed said last is what its user looks for first. */
function lastLinesOf({ message, details }: AppError): readonly string[] {
  const { lastLines } = details;
  if (!Array.isArray(lastLines)) return [];
  const lines = lastLines.slice(-quotedLines).filter((line) => typeof line === 'string');
  return lines.filter((line) => !message.includes(line));
}

const quotedLines = 5;

function formatMinutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
