import { AppError } from '../errors/app-error.ts';

export type WorkLimit = {
  /**
   * Runs `work` when there is room for it.
   *
   * @throws AUTH_THROTTLED - too many wait; those who are `preferred` wait before all others, and are never refused
   */
  run<T>(work: () => Promise<T>, options: { readonly isPreferred: boolean }): Promise<T>;
};

const retryAfterSeconds = 5;

/** A few run at a time, some wait, the rest are refused. */
export function createWorkLimit(max: { readonly running: number; readonly waiting: number }): WorkLimit {
  const preferred: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;

  /** The place of who has ended is handed over: nobody who comes now is before those who wait. */
  const leave = () => {
    const next = preferred.shift() ?? waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    async run(work, { isPreferred }) {
      if (running < max.running) running += 1;
      else if (!isPreferred && waiting.length >= max.waiting) throw refused();
      else await new Promise<void>((resolve) => (isPreferred ? preferred : waiting).push(resolve));
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function refused(): AppError {
  return new AppError('AUTH_THROTTLED', `too many log in at a time: try again in ${retryAfterSeconds} s`, {
    details: { retryAfterSeconds },
  });
}
