import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { run } from '../../exec/run.ts';
import type { Platform } from '../../oci/platform.ts';
import { openLayoutBlobs } from './blob-store.ts';
import { parseIndex } from './documents.ts';
import type { ImageSource } from './image-source.ts';
import { openLayoutImage } from './layout.ts';
import { describePlatform, noSuchPlatform } from './platform-choice.ts';
import { openInFolder } from './source-folder.ts';

export type RemoteOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly platform?: Platform | undefined;
  /** Folder for the copy of the image. */
  readonly workDirectory: string;
};

/**
 * Copies an image with skopeo into a temporary OCI layout and opens it; skopeo has credentials of its own.
 *
 * @param name In skopeo's form: `docker://…`, `docker-daemon:…`.
 * @throws SIF_SOURCE_UNAVAILABLE - not found, refused, or out of reach
 * @throws EXEC_NOT_FOUND - skopeo is not installed
 * @throws CANCELLED - `signal` was aborted
 */
export function openRemoteImage(name: string, options: RemoteOptions): Promise<ImageSource> {
  const { workDirectory, signal, platform } = options;
  return openInFolder(workDirectory, async (folder) => {
    const layout = join(folder, 'layout');
    await run(planCopy(name, layout, { folder, platform }), { signal }).catch(async (error: unknown) => {
      throw isAppError(error, 'EXEC_FAILED') ? await explain(error, name, options) : error;
    });
    const index = await readFile(join(layout, 'index.json'), 'utf8');
    return openLayoutImage(openLayoutBlobs(layout), index, { platform });
  });
}

/** Layers stay as they are: compressing them would take longer than the conversion. */
export function planCopy(
  name: string,
  layout: string,
  { folder, platform }: { readonly folder: string; readonly platform: Platform | undefined },
): Command {
  return {
    file: 'skopeo',
    args: [
      ...(platform === undefined
        ? []
        : ['--override-os', platform.os, '--override-arch', platform.architecture]),
      '--tmpdir',
      folder,
      'copy',
      '--quiet',
      '--retry-times=3',
      '--dest-oci-accept-uncompressed-layers',
      name,
      `oci:${layout}`,
    ],
  };
}

/** Finds out why skopeo failed: an image for other platforms only says so. */
async function explain(error: AppError, name: string, options: RemoteOptions): Promise<AppError> {
  const reason = lastLine(error);
  if (/no image found in (manifest list|image index)/i.test(reason)) {
    const available = await listPlatforms(name, options.signal);
    if (available.length > 0) return noSuchPlatform(options.platform, available);
  }
  return new AppError('SIF_SOURCE_UNAVAILABLE', `${name} could not be read: ${reason}`, {
    hint: toHint(name, reason),
    details: error.details,
    cause: error,
  });
}

async function listPlatforms(name: string, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    const { stdout } = await run({ file: 'skopeo', args: ['inspect', '--raw', name] }, { signal });
    return parseIndex(stdout, name).manifests.map(describePlatform);
  } catch {
    return [];
  }
}

/** skopeo's messages read `time="…" level=fatal msg="…"`. */
function lastLine(error: AppError): string {
  const lines = error.details['lastLines'];
  const line = Array.isArray(lines) ? String(lines.at(-1) ?? '') : '';
  return /msg="(.*)"$/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? (line || error.message);
}

function toHint(name: string, reason: string): string {
  if (/no space left/i.test(reason)) return 'free space in the work folder, or choose another one';
  if (/unauthorized|authentication|denied/i.test(reason)) return 'log in with `skopeo login`';
  if (/x509|certificate/i.test(reason))
    return "add the registry's certificate authority to those that this machine trusts";
  if (/HTTP response to HTTPS client/i.test(reason))
    return 'the registry speaks plain HTTP: mark it as insecure in containers-registries.conf(5) if that is meant';
  if (name.startsWith('docker-daemon:')) return 'check the name with `docker images`, and that Docker runs';
  return 'check the name, and that the registry is reachable from this machine';
}
