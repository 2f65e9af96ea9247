import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import { openDockerArchive } from './docker-archive.ts';
import type { ImageSource } from './image-source.ts';
import { openRemoteImage, type RemoteOptions } from './remote.ts';
import { openInFolder } from './source-folder.ts';

/**
 * Opens an image of the local Docker. Its own client writes the image out where there is one: skopeo
 * before 1.10 speaks an API that Docker 24 and newer refuse.
 *
 * @param name `debian:12`
 * @throws SIF_SOURCE_UNAVAILABLE - there is no such image, or no daemon
 */
export function openDaemonImage(name: string, options: RemoteOptions): Promise<ImageSource> {
  const { workDirectory, signal, platform } = options;
  return openInFolder(workDirectory, async (folder) => {
    const archive = join(folder, 'image.tar');
    try {
      await run({ file: 'docker', args: ['image', 'save', '--output', archive, name] }, { signal });
    } catch (error) {
      if (isAppError(error, 'EXEC_NOT_FOUND')) return openRemoteImage(`docker-daemon:${name}`, options);
      throw isAppError(error, 'EXEC_FAILED') ? toSourceError(error, name) : error;
    }
    return openDockerArchive(archive, { platform });
  });
}

function toSourceError(error: AppError, name: string): AppError {
  const lines = error.details['lastLines'];
  const reason = Array.isArray(lines) ? String(lines.at(-1)) : error.message;
  return new AppError('SIF_SOURCE_UNAVAILABLE', `Docker cannot write out ${name}: ${reason}`, {
    hint: 'check the name with `docker image ls`, and that Docker runs',
    details: error.details,
    cause: error,
  });
}
