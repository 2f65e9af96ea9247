import { readdir } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import type { Problem } from '../errors/problem.ts';
import { readStepDescription, stepFileNames } from './read-description.ts';
import { postInstallFile, tryReadStepFile } from './step-files.ts';

/**
 * Everything that is wrong with a step folder, and what looks wrong; files are named relative to it.
 *
 * @throws FILE_UNREADABLE - the folder is not there
 */
export async function validateStepFolder(folder: string): Promise<Problem[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', `${folder} cannot be read: ${cause.message}`, { cause });
  });
  const { problems } = await readStepDescription(folder);
  return [...problems, ...findMisspeltFiles(names), ...(await checkPostInstall(folder, names))];
}

/** A file with a slip in its name would be ignored in silence. */
function findMisspeltFiles(names: readonly string[]): Problem[] {
  return names.flatMap((file): Problem[] => {
    const meant = stepFileNames.includes(file) ? undefined : findNearestName(file, stepFileNames);
    if (meant === undefined || names.includes(meant)) return [];
    return [{ severity: 'warning', file, message: 'is ignored', hint: `did you mean ${meant}?` }];
  });
}

async function checkPostInstall(folder: string, names: readonly string[]): Promise<Problem[]> {
  if (!names.includes(postInstallFile)) return [];
  const text = await tryReadStepFile(folder, postInstallFile);
  if (typeof text !== 'string') return [text];
  const line = text.split('\n').findIndex((content) => content.endsWith('\r')) + 1;
  if (line === 0) return [];
  const hint = 'bash takes the carriage returns for part of the commands: save the file with Unix line ends';
  const message = 'has Windows line ends';
  return [{ severity: 'error', file: postInstallFile, position: { line, column: 1 }, message, hint }];
}
