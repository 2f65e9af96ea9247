import { homedir } from 'node:os';
import type { Machine } from '../config/complete-config.ts';
import type { CliContext } from './io.ts';

/** What the configuration takes its defaults from. */
export function readMachine({ env, cwd }: CliContext): Machine {
  return { env, cwd: cwd(), home: homedir(), isRoot: process.getuid?.() === 0 };
}
