import { readFile } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import { formatPlatform, hostPlatform, type OciArchitecture, type Platform } from '../oci/platform.ts';
import type { EngineEventListener } from './events.ts';

/** The names that qemu-user-static registers its interpreters under. */
const interpreters: Readonly<Record<OciArchitecture, string>> = {
  amd64: 'qemu-x86_64',
  arm64: 'qemu-aarch64',
  ppc64le: 'qemu-ppc64le',
};

export type EmulationOptions = {
  /** The site's consent: emulated builds are 5 to 8 times slower. */
  readonly emulation: boolean;
  readonly onEvent?: EngineEventListener | undefined;
};

/**
 * Makes sure that programs of a platform can run here: natively, or through QEMU's user emulation.
 *
 * @throws ENGINE_PLATFORM_UNSUPPORTED - another architecture, and emulation is not allowed or not set up
 */
export async function requirePlatform(platform: Platform, options: EmulationOptions): Promise<void> {
  if (platform.architecture === hostPlatform()?.architecture) return;
  const wanted = formatPlatform(platform);
  if (!options.emulation) {
    throw new AppError('ENGINE_PLATFORM_UNSUPPORTED', `this machine cannot run ${wanted} natively`, {
      hint: 'build on such a machine, or allow emulation in the configuration (engine: {emulation: true}); it is 5 to 8 times slower',
    });
  }
  if (!(await hasInterpreter(platform))) {
    throw new AppError('ENGINE_PLATFORM_UNSUPPORTED', `this machine has no QEMU interpreter for ${wanted}`, {
      hint: 'apt-get install qemu-user-static arch-test, with /proc/sys/fs/binfmt_misc mounted',
    });
  }
  options.onEvent?.({
    kind: 'warning',
    message: `${wanted} is emulated by QEMU here: expect 5 to 8 times the usual time`,
  });
}

async function hasInterpreter({ architecture }: Platform): Promise<boolean> {
  const entry = await readFile(`/proc/sys/fs/binfmt_misc/${interpreters[architecture]}`, 'utf8').catch(
    () => '',
  );
  return entry.startsWith('enabled');
}
