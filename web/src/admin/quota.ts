import type { Schemas } from '../api/client.ts';
import { formatBytes } from '../shared/format.ts';

type Quota = Schemas['Quota'];

const bytesPerGigabyte = 1e9;

/** What differs from the limits of the service, in words. */
export function describeQuota({ running, queued, stored_bytes: storedBytes }: Quota): string {
  const parts = [
    ...(running === null ? [] : [`${running} running`]),
    ...(queued === null ? [] : [`${queued} waiting`]),
    ...(storedBytes === null ? [] : [formatBytes(storedBytes)]),
  ];
  return parts.length === 0 ? '–' : parts.join(', ');
}

/** As a form has it: an empty text is the limit of the service. */
export type QuotaFields = {
  readonly running: number | string;
  readonly queued: number | string;
  readonly storedGigabytes: number | string;
};

export function toQuotaFields({ running, queued, stored_bytes: storedBytes }: Quota): QuotaFields {
  return {
    running: running ?? '',
    queued: queued ?? '',
    storedGigabytes: storedBytes === null ? '' : storedBytes / bytesPerGigabyte,
  };
}

export function readQuotaFields({ running, queued, storedGigabytes }: QuotaFields): Quota {
  const read = (value: number | string) => (value === '' ? null : Number(value));
  const gigabytes = read(storedGigabytes);
  return {
    running: read(running),
    queued: read(queued),
    stored_bytes: gigabytes === null ? null : Math.round(gigabytes * bytesPerGigabyte),
  };
}
