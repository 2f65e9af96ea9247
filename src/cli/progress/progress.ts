import type { BuildEventListener } from '../../build/events.ts';
import type { CliContext } from '../io.ts';
import { createLiveProgress } from './live.ts';
import { createPlainProgress } from './plain.ts';

/** Shows a build while it runs. */
export type Progress = {
  readonly onEvent: BuildEventListener;
  /** Writes what is left; nothing comes after it. */
  stop(): void;
};

/** A live tree on a terminal, plain lines elsewhere; both on standard error. */
export function createProgress(context: CliContext): Progress {
  const isLive = context.stderr.isTTY === true && context.env['TERM'] !== 'dumb' && !context.env['CI'];
  return isLive ? createLiveProgress(context) : createPlainProgress(context);
}
