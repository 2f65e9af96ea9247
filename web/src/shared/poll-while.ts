import { isPassing } from '../../../src/client/service-error.ts';

/** While something is going on, and when nothing is: another may have begun it. */
const liveMs = 2_000;
const idleMs = 15_000;
/** A service that does not answer is not asked more often for that. */
const failedMs = 10_000;

type Asked<Data> = { readonly state: { readonly data?: Data | undefined; readonly status: string } };

/**
 * What is asked for once is asked for again where the service gave no answer, until it does: the `refetchInterval` of all
 * queries that have no other. Milliseconds; false for not at all.
 */
export function askUntilAnswered({
  state: { error },
}: {
  readonly state: { readonly error: unknown };
}): number | false {
  return isPassing(error) && failedMs;
}

/**
 * How long until a query is asked again, for `refetchInterval`: short while `isLive` says so. Pages that nobody looks at
 * ask for nothing, and at once when they are looked at again.
 */
export function pollWhile<Data>(isLive: (data: Data) => boolean): (query: Asked<Data>) => number {
  return ({ state: { data, status } }) => {
    if (status === 'error') return failedMs;
    return data !== undefined && isLive(data) ? liveMs : idleMs;
  };
}
