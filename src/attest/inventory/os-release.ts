import type { Distribution } from '../package.ts';

/** @see os-release(5) */
export function parseOsRelease(text: string): Distribution | undefined {
  const id = findValue(text, 'ID');
  const versionId = findValue(text, 'VERSION_ID');
  return id === undefined ? undefined : { id, ...(versionId !== undefined && { versionId }) };
}

function findValue(text: string, key: string): string | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key}=`));
  const value = line?.slice(key.length + 1).trim();
  return value?.replace(/^(["'])(.*)\1$/, '$2') || undefined;
}
