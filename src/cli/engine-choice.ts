import { Option } from 'commander';
import { createEngines } from '../app.ts';
import type { Config } from '../config/config.ts';
import { type Engine, engineKinds } from '../engine/port.ts';
import { selectEngine } from '../engine/select-engine.ts';
import type { CliContext } from './io.ts';

/** Read by `./cic` too, which installs what the engine needs. */
export const engineOption = () =>
  new Option('-e, --engine <engine>', 'what builds the image (default: auto)')
    .choices(['auto', ...engineKinds])
    .env('CIC_ENGINE');

/** The engine that the command line names, else the configuration. */
export function openEngine(
  choice: Config['engine']['kind'] | undefined,
  config: Config,
  { signal }: CliContext,
): Promise<Engine> {
  return selectEngine(choice ?? config.engine.kind, createEngines(config), { signal });
}
