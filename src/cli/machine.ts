import type { Machine } from '../config/machine-defaults.ts';
import { readMachineDefaults } from '../config/read-machine.ts';
import type { CliContext } from './io.ts';

/** What the configuration takes its defaults from. */
export function readMachine({ env, cwd }: CliContext): Machine {
  return readMachineDefaults({ env, cwd: cwd() });
}
