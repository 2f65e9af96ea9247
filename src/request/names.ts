import { AppError } from '../errors/app-error.ts';

const maxNameChars = 80;
const maxVersionChars = 200;

/** Folders at the root of an image: a step of that name would be copied into them. */
const imageFolders = new Set(
  `bin boot dev environment etc home lib lib32 lib64 libx32 media mnt opt packages proc root run sbin
   singularity software-catalog srv sys tmp usr var`.split(/\s+/),
);

/**
 * Checks the name of a workflow's or step's folder in the registry.
 *
 * @throws REQUEST_INVALID - it could mean another place than one folder of that name
 */
export function parseFolderName(text: string): string {
  requirePattern(text, {
    pattern: /^\w[\w.-]*$/,
    maxChars: maxNameChars,
    hint: 'letters, digits and . _ - are allowed, the first one a letter, a digit or _',
  });
  return text;
}

/**
 * Checks a step's name. Its files are at `/<step_id>` in the image.
 *
 * @throws REQUEST_INVALID - not a folder's name, or that of a system folder
 */
export function parseStepName(text: string): string {
  const name = parseFolderName(text);
  if (!imageFolders.has(name)) return name;
  throw new AppError('REQUEST_INVALID', `"${name}" is a system folder of the image`, {
    hint: `the step's files would be mixed with those of /${name}: give the step another name`,
  });
}

/** Whether {@link parseFolderName} takes it. */
export const isFolderName = (text: string): boolean => isTaken(parseFolderName, text);

/** Whether {@link parseStepName} takes it. */
export const isStepName = (text: string): boolean => isTaken(parseStepName, text);

function isTaken(parse: (text: string) => string, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks a git branch, tag or commit.
 *
 * @throws REQUEST_INVALID - no ref can have that name, or git could take it for something else
 * @see git-check-ref-format(1)
 */
export function parseVersion(text: string): string {
  requirePattern(text, {
    pattern: /^(?!.*\.\.)(?!.*\.lock(?:\/|$))\w[\w.+@-]*(?:\/\w[\w.+@-]*)*(?<!\.)$/,
    maxChars: maxVersionChars,
    hint: 'a git branch, tag or commit: letters, digits and . _ + @ - are allowed, with / between parts',
  });
  return text;
}

/** What a name may be. */
export type NameRule = { readonly pattern: RegExp; readonly maxChars: number; readonly hint: string };

export function requirePattern(text: string, { pattern, maxChars, hint }: NameRule): void {
  if (text === '') throw new AppError('REQUEST_INVALID', 'is empty', { hint });
  if (text.length > maxChars) {
    throw new AppError('REQUEST_INVALID', `has ${text.length} characters, ${maxChars} are allowed`);
  }
  if (!pattern.test(text)) {
    throw new AppError('REQUEST_INVALID', `${JSON.stringify(text)} is not allowed here`, { hint });
  }
}
