import { readdir } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import type { Problem } from '../errors/problem.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { readStepDescription, stepFileNames } from './read-description.ts';
import { postInstallFile, tryReadStepFile } from './step-files.ts';

/**
 * Everything that is wrong with a step folder, and what looks wrong; files are named relative to it.
 *
 * @throws FILE_UNREADABLE - the folder is not there
 */
export async function validateStepFolder(folder: string): Promise<Problem[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(folder, cause), { cause });
  });
  const { problems } = await readStepDescription(folder);
  const slips = findMisspeltFiles(names);
  return [
    ...problems,
    ...slips,
    ...(slips.length === 0 ? findNothingAsked(names) : []),
    ...(await checkPostInstall(folder, names)),
  ];
}

/** It may be meant so, but more often the folder is another one. */
function findNothingAsked(names: readonly string[]): Problem[] {
  if (stepFileNames.some((name) => names.includes(name))) return [];
  const message = 'asks for no software: the image would hold these files and nothing else';
  const hint = 'a step names its software in eflows4hpc.yaml: is it this folder?';
  return [{ severity: 'warning', file: '.', message, hint }];
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
