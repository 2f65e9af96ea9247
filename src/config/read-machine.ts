import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Machine } from './machine-defaults.ts';

/** What the configuration takes its defaults from, of the machine and user that this process runs on. */
export function readMachineDefaults({ env, cwd }: Pick<Machine, 'env' | 'cwd'>): Machine {
  const isRoot = process.getuid?.() === 0;
  return { env, cwd, home: homedir(), isRoot, osRelease: readOsRelease() };
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
