import { AppError, isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import { hostPlatform } from '../../oci/platform.ts';
import type { CallOptions, EngineStatus } from '../port.ts';
import { planInfo, planInspectBuilder } from './commands.ts';
import { findDocker } from './find-docker.ts';

type DockerInfo = {
  readonly ServerVersion?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly ServerErrors?: readonly string[];
};

/** The first with `--progress=rawjson`. */
const oldestBuildx = [0, 13] as const;

/** Whether there is a client with buildx, a daemon behind it, and in it the image store that we need. */
export async function checkDocker(call: CallOptions = {}): Promise<EngineStatus> {
  const docker = await findDocker(process.env['PATH'] ?? '', call);
  if (docker === undefined)
    return unusable('Docker is not installed', 'apt-get install docker.io docker-buildx');
  if (docker === 'without-buildx') {
    return unusable(
      'the Docker client has no buildx',
      'apt-get install docker-buildx (or docker-buildx-plugin)',
    );
  }
  if (isTooOld(docker.buildxVersion)) {
    return unusable(
      `buildx ${docker.buildxVersion} is too old: it cannot report progress as data`,
      `install buildx ${oldestBuildx.join('.')} or newer`,
    );
  }
  const [info, driver] = await Promise.all([readInfo(docker.file, call), readDriver(docker.file, call)]);
  if (info?.ServerVersion === undefined) {
    const reason = info?.ServerErrors?.[0] ?? 'the Docker daemon does not answer';
    return unusable(reason, 'start it (`systemctl start docker`), and let this user reach its socket');
  }
  if (!usesContainerdStore(info)) {
    return unusable(
      'the Docker daemon does not use the containerd image store',
      'put {"features": {"containerd-snapshotter": true}} into /etc/docker/daemon.json and restart it',
    );
  }
  if (driver !== 'docker') {
    return unusable(`the builder in use has the driver ${driver ?? '?'}`, 'run `docker buildx use default`');
  }
  const host = hostPlatform();
  const version = `${docker.buildxVersion} (Docker ${info.ServerVersion})`;
  return { usable: true, version, platforms: host === undefined ? [] : [host] };
}

/**
 * Absolute path of a Docker client with buildx.
 *
 * @throws ENGINE_UNAVAILABLE - there is none
 */
export async function requireDockerClient(call: CallOptions = {}): Promise<string> {
  const docker = await findDocker(process.env['PATH'] ?? '', call);
  if (typeof docker === 'object') return docker.file;
  throw new AppError('ENGINE_UNAVAILABLE', 'there is no Docker client with buildx', {
    hint: 'apt-get install docker.io docker-buildx',
  });
}

/** A version that is no number (a development build) is taken to be new. */
export function isTooOld(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  const [oldestMajor, oldestMinor] = oldestBuildx;
  return Number(major) === oldestMajor ? Number(minor) < oldestMinor : Number(major) < oldestMajor;
}

function unusable(reason: string, hint: string): EngineStatus {
  return { usable: false, reason, hint };
}

async function readInfo(docker: string, { signal }: CallOptions): Promise<DockerInfo | undefined> {
  const { stdout } = await run(planInfo(docker), { signal, timeoutMs: 20_000, acceptExitCodes: [0, 1] });
  try {
    return JSON.parse(stdout) as DockerInfo;
  } catch {
    return undefined;
  }
}

function usesContainerdStore({ DriverStatus }: DockerInfo): boolean {
  return DriverStatus?.some(([, value]) => value.startsWith('io.containerd.snapshotter')) ?? false;
}

async function readDriver(docker: string, { signal }: CallOptions): Promise<string | undefined> {
  try {
    const { stdout } = await run(planInspectBuilder(docker), { signal, timeoutMs: 20_000 });
    return /^Driver:\s*(\S+)/m.exec(stdout)?.[1];
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error;
    return undefined;
  }
}
