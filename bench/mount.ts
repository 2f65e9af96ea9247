import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../src/exec/run.ts';
import { readPartitionOffset } from '../test/apptainer.ts';

export const drivers = ['kernel', 'squashfuse_ll'] as const;
export type Driver = (typeof drivers)[number];

export type Mounted = {
  readonly folder: string;
  /** CPU seconds that the driver's own process has used; the kernel's are those of the readers. */
  driverSeconds(): number;
};

/** Mounts the file system in a SIF with cold caches, lets `use` work with it, and unmounts it. */
export async function withMounted<T>(
  image: string,
  driver: Driver,
  use: (mounted: Mounted) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp('/var/tmp/cic-bench-');
  const offset = await readPartitionOffset(image);
  await run({ file: 'sync', args: [] });
  writeFileSync('/proc/sys/vm/drop_caches', '3');
  const mount = driver === 'kernel' ? mountWithKernel : mountWithFuse;
  try {
    const driverSeconds = await mount(image, offset, folder);
    try {
      return await use({ folder, driverSeconds });
    } finally {
      await run({ file: 'umount', args: [folder] });
    }
  } finally {
    await rmdir(folder);
  }
}

async function mountWithKernel(image: string, offset: number, folder: string): Promise<() => number> {
  await run({ file: 'mount', args: ['-t', 'squashfs', '-o', `ro,loop,offset=${offset}`, image, folder] });
  return () => 0;
}

/** The driver ends by itself when it is unmounted. */
async function mountWithFuse(image: string, offset: number, folder: string): Promise<() => number> {
  const driver = spawn('squashfuse_ll', ['-f', '-o', `offset=${offset}`, image, folder], {
    stdio: 'inherit',
  });
  for (let tries = 0; !readFileSync('/proc/mounts', 'utf8').includes(folder); tries++) {
    if (tries > 100 || driver.exitCode !== null) throw new Error(`squashfuse_ll did not mount ${image}`);
    await delay(50);
  }
  return () => readCpuSeconds(driver.pid ?? 0);
}

/** The kernel counts in hundredths of a second. @see proc(5), /proc/pid/stat */
function readCpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
