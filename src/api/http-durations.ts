import type { Histogram, Registry } from 'prom-client';

/** From a poll that is answered from memory to a download that takes minutes. */
const upperBounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];
const name = 'cic_http_request_duration_seconds';

type Labels = { readonly method: string; readonly route: string; readonly status: number };
type Series = { readonly labels: Labels; readonly counts: number[]; sum: number };

/**
 * A histogram of requests. prom-client's own hashes the labels of every value, which is a tenth of what a poll costs:
 * here a series is found by a text.
 *
 * @returns Counts a request, with its seconds.
 */
export function createHttpDurations(registry: Registry): (labels: Labels, seconds: number) => void {
  const all = new Map<string, Series>();
  const metric = {
    name,
    help: 'From the first line of a request to the last byte of its answer',
    type: 'histogram',
    aggregator: 'sum',
    get: () => ({ ...metric, values: [...all.values()].flatMap(listValues) }),
    reset: () => all.clear(),
  };
  // What a registry asks of a metric; its type is that of the classes.
  registry.registerMetric(metric as unknown as Histogram);
  return (labels, seconds) => {
    const key = `${labels.method} ${labels.status} ${labels.route}`;
    let series = all.get(key);
    if (series === undefined) {
      series = { labels, counts: Array.from({ length: upperBounds.length + 1 }, () => 0), sum: 0 };
      all.set(key, series);
    }
    const bucket = upperBounds.findIndex((bound) => seconds <= bound);
    const at = bucket === -1 ? upperBounds.length : bucket;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += seconds;
  };
}

/** Buckets hold all that is below their bound. */
function listValues({ labels, counts, sum }: Series) {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    const le = upperBounds[index] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
