import { constants } from 'node:os';

export type CaughtSignals = {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** What shells expect of a process that such a signal ended: 128 and its number. */
  exitCode(): number;
  stop(): void;
};

const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends this process without a word when nobody reads its output any more, as of `cic logs | head`. */
export function endWithoutReader(stdout: NodeJS.WritableStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(128 + constants.signals.SIGPIPE);
  });
}

/** Turns the first signal into an abort, which lets a build clean up; the second one ends the process at once. */
export function catchSignals(): CaughtSignals {
  const controller = new AbortController();
  let exitCode = 128 + constants.signals.SIGINT;
  const onSignal = (name: (typeof caught)[number]) => {
    if (controller.signal.aborted) process.exit(exitCode);
    exitCode = 128 + constants.signals[name];
    controller.abort();
  };
  for (const name of caught) process.on(name, onSignal);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    stop: () => {
      for (const name of caught) process.off(name, onSignal);
    },
  };
}
