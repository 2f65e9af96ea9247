import type { CliContext } from '../io.ts';
import { createLiveProgress } from './live.ts';
import { createPlainProgress } from './plain.ts';
import type { Progress } from './progress.ts';

/** A live tree on a terminal, plain lines elsewhere; both on standard error. */
export function createProgress(context: CliContext): Progress {
  const isLive = context.stderr.isTTY === true && context.env['TERM'] !== 'dumb' && !context.env['CI'];
  return isLive ? createLiveProgress(context) : createPlainProgress(context);
}
