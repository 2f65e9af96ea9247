import { readFile } from 'node:fs/promises';
import { hostPlatform } from '../oci/platform.ts';
import { hostMicroarchitecture } from './host.ts';
import type { Microarchitecture } from './microarchitecture.ts';

/** The newest microarchitecture whose code this machine runs; undefined where Linux or archspec do not tell. */
export async function readHostMicroarchitecture(): Promise<Microarchitecture | undefined> {
  const cpuinfo = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const platform = hostPlatform();
  return platform && hostMicroarchitecture(cpuinfo, platform.architecture);
}
