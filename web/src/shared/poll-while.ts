/** While something is going on, and when nothing is: another may have begun it. */
const liveMs = 2_000;
const idleMs = 15_000;
/** A service that does not answer is not asked more often for that. */
const failedMs = 10_000;

type Asked<Data> = { readonly state: { readonly data?: Data | undefined; readonly status: string } };

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
