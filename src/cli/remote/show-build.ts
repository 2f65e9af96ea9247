import { setTimeout as sleep } from 'node:timers/promises';
import { followBuild } from '../../client/follow-build.ts';
import { isPassing } from '../../client/service-error.ts';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { createProgress } from '../progress/create-progress.ts';
import { findBuild, type RemoteBuild } from './builds.ts';
import type { Connection } from './connection.ts';

/** A build that is taken at once says so sooner. */
const patientMs = 1_500;

/**
 * Shows a build of the service while it runs, as one of this machine is shown, and waits for its end.
 *
 * @throws CANCELLED - the user waits no longer; the build goes on
 */
export async function showUntilEnd(
  id: string,
  { client }: Connection,
  context: CliContext,
): Promise<RemoteBuild> {
  const progress = createProgress(context);
  const { dim } = createPaint(context.stderr, context.env);
  const waiting = setTimeout(() => context.stderr.write(dim('waiting for a free builder\n')), patientMs);
  const warn = (message: string) => progress.onEvent({ kind: 'warning', message });
  const onLost = (error: unknown) => warn(`${describe(error)}; trying again`);
  try {
    for await (const { event } of followBuild(client, id, { signal: context.signal, onLost })) {
      clearTimeout(waiting);
      if (event.kind === 'ended') break;
      if (event.kind !== 'attempt-started') progress.onEvent(event);
      else if (event.attempt > 1) warn(`the service was interrupted: attempt ${event.attempt}`);
    }
  } finally {
    clearTimeout(waiting);
    progress.stop();
  }
  if (context.signal.aborted) {
    throw new AppError('CANCELLED', 'this command waits no longer; the build goes on', {
      hint: `\`cic status ${id}\`, \`cic logs -f ${id}\`, \`cic cancel ${id}\``,
    });
  }
  return findEnded(id, client);
}

/** The last entry of the log is written a moment before the state is. */
async function findEnded(id: string, client: Connection['client']): Promise<RemoteBuild> {
  for (let tries = 0; ; tries++) {
    const build = await findBuild(client, id).catch((error) => {
      if (!isPassing(error) || tries >= 50) throw error;
    });
    if (build === undefined) {
      await sleep(1_000);
      continue;
    }
    if ((build.state !== 'queued' && build.state !== 'running') || tries >= 50) return build;
    await sleep(200);
  }
}

function describe(error: unknown): string {
  return isAppError(error) ? (error.message.split('\n')[0] ?? '') : String(error);
}
