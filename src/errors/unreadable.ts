const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read',
  EISDIR: 'is a folder',
  ENOTDIR: 'does not exist: what should be a folder is a file',
  ELOOP: 'is a link that leads to itself',
};

/** Why a path cannot be read, in the words of people: `request.json does not exist`. */
export function explainUnreadable(path: string, cause: NodeJS.ErrnoException): string {
  return `${path} ${reasons[cause.code ?? ''] ?? `cannot be read: ${cause.message}`}`;
}
