import { AppError } from '../../errors/app-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import type { HpcSystem } from './system.ts';

/** The system of this name or alias, in any case. */
export function findSystem(systems: readonly HpcSystem[], name: string): HpcSystem | undefined {
  const wanted = name.trim().toLowerCase();
  return systems.find((system) => namesOf(system).includes(wanted));
}

/**
 * The system of this name or alias, in any case.
 *
 * @throws MACHINE_UNKNOWN_SYSTEM - there is none; the hint has the nearest names
 */
export function requireSystem(systems: readonly HpcSystem[], name: string): HpcSystem {
  const system = findSystem(systems, name);
  if (system !== undefined) return system;
  const nearest = findNearestNames(systems, name);
  const hint =
    nearest.length === 0
      ? '`cic machines` lists the known systems'
      : `did you mean ${nearest.map((near) => `"${near}"`).join(' or ')}? \`cic machines\` lists all systems`;
  throw new AppError('MACHINE_UNKNOWN_SYSTEM', `${JSON.stringify(name)} is not a known HPC system`, {
    hint,
    details: { name, nearest },
  });
}

/** Systems with a name that begins with the text: people say `lumi` for each of its partitions. */
export function findPartitions(systems: readonly HpcSystem[], text: string): HpcSystem[] {
  const start = text.trim().toLowerCase();
  return systems.filter((system) => namesOf(system).some((name) => name.startsWith(start)));
}

function findNearestNames(systems: readonly HpcSystem[], name: string): string[] {
  const partitions = name.trim() === '' ? [] : findPartitions(systems, name);
  if (partitions.length > 0) return partitions.map((system) => system.name);
  const nearest = findNearestName(name.trim(), systems.flatMap(namesOf));
  return nearest === undefined ? [] : [nearest];
}

function namesOf({ name, aliases }: HpcSystem): string[] {
  return [name, ...aliases];
}
